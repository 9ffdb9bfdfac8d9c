package dev.mimeo.protocol.kit;

/** A machine broke a promise, or a run did not end; the message says which, when, and what every node was doing. */
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1L;

    /** Which rule was broken. */
    public enum Rule {
        /** The run took longer than its limit of virtual time or of steps, or nothing was due any more. */
        HUNG,
        /** A machine wanted another turn at the same instant again and again. */
        LIVELOCK,
        /** Something left a machine that had said its last word. */
        SILENCE_AFTER_END,
        /** A machine changed the position or limit of a datagram that it was given. */
        DATAGRAM_TOUCHED,
        /** A machine put nothing, or more than fits, into a datagram. */
        DATAGRAM_LENGTH,
        /** Asking a machine for its deadline changed the answer. */
        DEADLINE_UNSTABLE,
        /** A machine threw. */
        THROWN,
        /** An owner was told something that cannot be: a block that is not whole, a chunk that was not written. */
        EVENT,
        /** A receiver called something verified that is not what was sent. */
        WRONG_CONTENT
    }

    private final Rule rule;

    SimulationFailure(Rule rule, String message, Throwable cause) {
        super(rule + ": " + message, cause);
        this.rule = rule;
    }

    /** Returns which rule was broken. */
    public Rule rule() {
        return rule;
    }
}

package dev.mimeo.protocol.receiver;

import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.timing.NackBackoff;
import java.util.random.RandomGenerator;

/**
 * When a receiver may ask (RFC 5740, section 5.3; RFC 5401, section 3.2).
 *
 * <pre>
 *          something is missing           the backoff ends: ask, or others have
 *   IDLE ------------------------> BACKOFF ------------------------------------> HOLDOFF
 *     ^                               | nothing is missing any more                 |
 *     +-------------------------------+---------------------------------------------+
 *                                                                     the hold-off ends
 *
 *            MISSING  ASKED    COMPLETE  EXPIRED
 *   IDLE     BACKOFF  IDLE     IDLE      IDLE
 *   BACKOFF  BACKOFF  HOLDOFF  IDLE      BACKOFF
 *   HOLDOFF  HOLDOFF  HOLDOFF  HOLDOFF   IDLE
 * </pre>
 *
 * <p>The backoff is drawn from a truncated exponential distribution up to K * GRTT, the hold-off is (K + 2) * GRTT. Called
 * by {@link ReceiverMachine}; times are nanoseconds.
 */
final class NackSchedule {
    enum State {
        /** Nothing was missing when last looked. */
        IDLE,
        /** Something is missing; others may ask first. */
        BACKOFF,
        /** It was asked for; the answer is on its way. */
        HOLDOFF
    }

    enum Input {
        /** Something is missing. */
        MISSING,
        /** What is missing was asked for, by us or by others. */
        ASKED,
        /** Nothing is missing any more. */
        COMPLETE,
        /** The hold-off has ended. */
        EXPIRED
    }

    private final RandomGenerator random;
    private State state = State.IDLE;
    private long deadlineNanos = Machine.NEVER;
    private Position position;
    private boolean everything;

    NackSchedule(RandomGenerator random) {
        this.random = random;
    }

    static State next(State state, Input input) {
        return switch (state) {
            case IDLE ->
                switch (input) {
                    case MISSING -> State.BACKOFF;
                    case ASKED, COMPLETE, EXPIRED -> State.IDLE;
                };
            case BACKOFF ->
                switch (input) {
                    case MISSING, EXPIRED -> State.BACKOFF;
                    case ASKED -> State.HOLDOFF;
                    case COMPLETE -> State.IDLE;
                };
            case HOLDOFF ->
                switch (input) {
                    case MISSING, ASKED, COMPLETE -> State.HOLDOFF;
                    case EXPIRED -> State.IDLE;
                };
        };
    }

    State state() {
        return state;
    }

    /** Returns what the cycle is about: what lies before this place. */
    Position position() {
        return position;
    }

    /** Returns whether the cycle asks also for what was sent before we joined. */
    boolean asksForEverything() {
        return everything;
    }

    /** Something before {@code before} is missing: starts the backoff. Without effect in a cycle. */
    void onMissing(
            Position before,
            boolean includingMissedStart,
            long grttNanos,
            int backoffFactor,
            double groupSize,
            long nowNanos) {
        if (enter(Input.MISSING)) {
            position = before;
            everything = includingMissedStart;
            deadlineNanos = nowNanos + NackBackoff.drawNanos(backoffFactor * grttNanos, groupSize, random);
        }
    }

    /** The backoff is over and what was missing is asked for, by us or by others: starts the hold-off. */
    void onAsked(long grttNanos, int backoffFactor, long nowNanos) {
        if (enter(Input.ASKED)) {
            deadlineNanos = nowNanos + (backoffFactor + 2) * grttNanos;
        }
    }

    /** The backoff is over and nothing is missing any more. */
    void onComplete() {
        if (enter(Input.COMPLETE)) {
            deadlineNanos = Machine.NEVER;
        }
    }

    /** The hold-off is over. */
    void onExpired() {
        if (enter(Input.EXPIRED)) {
            deadlineNanos = Machine.NEVER;
        }
    }

    /**
     * The group round trip time has changed: what is left of the backoff or the hold-off is at most what it would be now.
     * So a value that was too large, by damage or a stall, costs no more than the time to the next message.
     */
    void onGrtt(long grttNanos, int backoffFactor, long nowNanos) {
        if (state != State.IDLE) {
            deadlineNanos = Math.min(deadlineNanos, nowNanos + (backoffFactor + 2) * grttNanos);
        }
    }

    /** Forgets the cycle, whatever its state: what it was about does not exist any more. */
    void reset() {
        state = State.IDLE;
        deadlineNanos = Machine.NEVER;
    }

    /** Returns when the backoff or the hold-off ends, or {@link Machine#NEVER}. */
    long deadlineNanos() {
        return deadlineNanos;
    }

    private boolean enter(Input input) {
        State before = state;
        state = next(state, input);
        return state != before;
    }
}

package dev.mimeo.protocol.manifest;

/**
 * A manifest was refused; the message says what is wrong, where, and what to do. Without a stack trace, since the peer
 * decides how often it is thrown.
 */
public final class MalformedManifestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean beyondLimits;

    /** Refuses with a message for people. */
    public MalformedManifestException(String message) {
        this(message, false);
    }

    /** Refuses, because of the receiver's limits or for another cause, with a message for people. */
    MalformedManifestException(String message, boolean beyondLimits) {
        super(message, null, false, false);
        this.beyondLimits = beyondLimits;
    }

    /** Returns whether the manifest may be well formed, but is of more than the receiver takes. */
    public boolean isBeyondLimits() {
        return beyondLimits;
    }
}

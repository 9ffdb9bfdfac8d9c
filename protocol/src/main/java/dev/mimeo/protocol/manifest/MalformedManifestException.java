package dev.mimeo.protocol.manifest;

/**
 * A manifest was refused; the message says what is wrong, where, and what to do. Without a stack trace, since the peer
 * decides how often it is thrown.
 */
public final class MalformedManifestException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Refuses with a message for people. */
    public MalformedManifestException(String message) {
        super(message, null, false, false);
    }
}

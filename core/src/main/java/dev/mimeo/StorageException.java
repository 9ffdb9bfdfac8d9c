package dev.mimeo;

/** The source cannot be read or the target cannot be written; the message names the path, and what the system said. */
public final class StorageException extends TransferException {
    private static final long serialVersionUID = 1L;

    /** Fails with a message for people. */
    public StorageException(String message) {
        super(message);
    }

    /** Fails with a message for people and what the system said. */
    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}

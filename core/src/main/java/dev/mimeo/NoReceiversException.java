package dev.mimeo;

/** The sender waited for receivers, as it was told to, and none came. */
public final class NoReceiversException extends TransferException {
    private static final long serialVersionUID = 1L;

    /** Fails with a message for people. */
    public NoReceiversException(String message) {
        super(message);
    }
}

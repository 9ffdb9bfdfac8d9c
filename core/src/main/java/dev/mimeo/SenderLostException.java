package dev.mimeo;

/** The sender fell silent, or none was heard in the time allowed. */
public final class SenderLostException extends TransferException {
    private static final long serialVersionUID = 1L;

    /** Fails with a message for people. */
    public SenderLostException(String message) {
        super(message);
    }
}

package dev.mimeo;

/** The sender left, or can no longer repair what is missing. */
public final class RepairUnavailableException extends TransferException {
    private static final long serialVersionUID = 1L;

    /** Fails with a message for people. */
    public RepairUnavailableException(String message) {
        super(message);
    }
}

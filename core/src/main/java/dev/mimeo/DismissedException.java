package dev.mimeo;

/** The sender sent this receiver away: it was not admitted, an operator dismissed it, or it was too slow. */
public final class DismissedException extends TransferException {
    private static final long serialVersionUID = 1L;

    private final Dismissal.Action action;
    private final String reason;

    /** Fails with a message for people, and with what the sender said, in its words. */
    public DismissedException(String message, Dismissal.Action action, String reason) {
        super(message);
        this.action = action;
        this.reason = reason;
    }

    /** Returns what the sender wants this receiver to do. */
    public Dismissal.Action action() {
        return action;
    }

    /** Returns why, as the sender says it; may be empty. */
    public String reason() {
        return reason;
    }
}

package dev.mimeo.protocol.session;

/** Where a receiver is. */
public enum ReceiverState {
    /** It has heard the sender and wants the image. */
    JOINING,
    /** It receives. */
    RECEIVING,
    /** Every chunk matches the manifest and is stored. */
    VERIFIED,
    /** It stopped with chunks missing. */
    INCOMPLETE,
    /** It stopped for a cause of its own. */
    FAILED,
    /** Its user cancelled it. */
    LEFT;

    /** Returns whether no other state follows. */
    public boolean isFinal() {
        return switch (this) {
            case JOINING, RECEIVING -> false;
            case VERIFIED, INCOMPLETE, FAILED, LEFT -> true;
        };
    }
}

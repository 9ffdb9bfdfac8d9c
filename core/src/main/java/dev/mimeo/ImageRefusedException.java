package dev.mimeo;

/**
 * The receiver does not take this image: it is larger than allowed, not understood, or does not fit the target's kind; it is
 * not signed by a key that is trusted, too old, or not the one that was expected. Or its maker does not want it sent like this;
 * see {@link ImageFlag}. Or it was signed, and can no longer be sent as it was signed.
 */
public final class ImageRefusedException extends TransferException {
    private static final long serialVersionUID = 1L;

    /** Fails with a message for people. */
    public ImageRefusedException(String message) {
        super(message);
    }
}

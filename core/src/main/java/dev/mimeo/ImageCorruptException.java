package dev.mimeo;

/** The content does not match its hashes, repeatedly: the source changed while it was sent, or somebody forges it. */
public final class ImageCorruptException extends TransferException {
    private static final long serialVersionUID = 1L;

    /** Fails with a message for people. */
    public ImageCorruptException(String message) {
        super(message);
    }
}

package dev.mimeo.protocol.session;

/** Why a receiver failed, for whoever watches from afar. */
public enum FailureCause {
    /** It did not fail. */
    NONE,
    /** Its storage refused: full, too small, broken. */
    STORAGE,
    /** The content does not match the manifest, repeatedly. */
    IMAGE_CORRUPT,
    /** It refuses the image: too large, not wanted, not understood. */
    REFUSED,
    /** The sender fell silent. */
    SENDER_LOST,
    /** The sender left, or can no longer repair what is missing. */
    REPAIR_UNAVAILABLE,
    /** The sender sent it away. */
    DISMISSED
}

package dev.mimeo.internal;

/** Something on disk that a transfer has begun. */
interface Discardable {
    /** Closes it; removes what was not published and is of no use to a later transfer. */
    void discard();
}

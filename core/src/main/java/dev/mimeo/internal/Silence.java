package dev.mimeo.internal;

/**
 * Tells when a member of a group that hears nothing should join it again: a switch may have forgotten who listens, and where
 * nobody asks it learns of it from a new report alone (RFC 3376, section 5.1; RFC 4541, section 2.1.1). After a second, since
 * our senders are heard four times in one; then twice as long each time, up to a minute, since a sender may just not be there.
 * Confined to the protocol thread.
 */
final class Silence {
    /** The first wait. */
    static final long SHORTEST_NANOS = 1_000_000_000;
    /** No wait is longer. */
    static final long LONGEST_NANOS = 60_000_000_000L;

    private boolean heard = true;
    private long sinceNanos;
    private long patienceNanos;

    /** Something was heard since the last call of {@link #isTooLong}; cheap enough for each datagram. */
    void onHeard() {
        heard = true;
    }

    /** Returns whether to join again now: nothing was heard for as long as there was patience. */
    boolean isTooLong(long nowNanos) {
        if (heard) {
            heard = false;
            sinceNanos = nowNanos;
            patienceNanos = SHORTEST_NANOS;
            return false;
        }
        if (nowNanos - sinceNanos < patienceNanos) {
            return false;
        }
        sinceNanos = nowNanos;
        patienceNanos = Math.min(LONGEST_NANOS, 2 * patienceNanos);
        return true;
    }
}

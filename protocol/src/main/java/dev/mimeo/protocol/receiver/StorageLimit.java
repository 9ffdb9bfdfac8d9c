package dev.mimeo.protocol.receiver;

/**
 * How fast a receiver's storage takes what arrives, once that is what limits: when more than a quarter of the memory holds
 * blocks that wait for it.
 *
 * <p>What it then asks for is what the storage takes at present, and more or less of it so that half of the memory fills:
 * enough to be never idle, and room for what is on its way. The nearer to full, the less, down to a quarter.
 *
 * <p>Confined to the protocol thread. Rates are bytes per second of content.
 */
final class StorageLimit {
    /** The rate is that of the last period of this length in which blocks were waiting. */
    static final long PERIOD_NANOS = 250_000_000;
    /** Until the first such period is over, so much of it must do. */
    private static final long SHORTEST_NANOS = 50_000_000;

    private static final double FIRST_SHARE = 0.25;
    private static final double SMALLEST_PART = 0.25;

    private long waitingBytes;
    private long storedBytes;
    private long busyNanos;
    private long sinceNanos;
    private double latest = PathLimit.NONE;

    /** A block went to storage. */
    void onBegun(long memory, long nowNanos) {
        if (waitingBytes == 0) {
            sinceNanos = nowNanos;
        }
        waitingBytes += memory;
    }

    /** A block has come back; so much of its content was stored. */
    void onStored(long memory, long content, long nowNanos) {
        waitingBytes -= memory;
        storedBytes += content;
        busyNanos += nowNanos - sinceNanos;
        sinceNanos = nowNanos;
        if (busyNanos >= PERIOD_NANOS) {
            latest = storedBytes * 1e9 / busyNanos;
            storedBytes = 0;
            busyNanos = 0;
        }
    }

    /**
     * Returns what suits the storage; {@link PathLimit#NONE} if it keeps up.
     *
     * @param freeBytes memory that nothing is in
     */
    double bytesPerSecond(long freeBytes, long nowNanos) {
        double share = waitingBytes == 0 ? 0 : (double) waitingBytes / (waitingBytes + freeBytes);
        return share < FIRST_SHARE ? PathLimit.NONE : rate(nowNanos) * Math.max(SMALLEST_PART, 2 - 2 * share);
    }

    /** Storage that does not come back to us for long is slower than it was. */
    private double rate(long nowNanos) {
        long busy = busyNanos + nowNanos - sinceNanos;
        if (busy >= (latest == PathLimit.NONE ? SHORTEST_NANOS : PERIOD_NANOS)) {
            return Math.max(1, storedBytes * 1e9 / busy);
        }
        return latest;
    }
}

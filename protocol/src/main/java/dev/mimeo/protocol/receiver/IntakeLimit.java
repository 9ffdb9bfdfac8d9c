package dev.mimeo.protocol.receiver;

/**
 * How fast a receiver takes in what arrives, while it does not keep up: what arrived has never all been taken for
 * {@link #PATIENCE_NANOS} and {@link #FEWEST_TURNS}. What has come while a thread had to wait for its turn is taken in fewer.
 *
 * <p>A receive buffer holds as much as comes in tenths of a second. Until it overflows nothing is lost, but everything is late:
 * probes, their answers, and what is repaired, so that open blocks fill the memory. So the rate is to come down before, to less
 * than is taken in, until the buffer is empty.
 *
 * <p>Confined to the protocol thread. Rates are bytes per second of messages.
 */
final class IntakeLimit {
    /** A short delay is no fault. */
    private static final long PATIENCE_NANOS = 20_000_000;

    private static final int FEWEST_TURNS = 8;
    /** What was taken in longer ago counts for half. */
    private static final long MEMORY_NANOS = 200_000_000;
    /** The share of what is taken in that is to come. */
    private static final double KEPT = 0.75;

    private boolean behind;
    private long sinceNanos;
    private long bytes;
    private int turns;

    /** A message was taken in. */
    void onMessage(int length) {
        bytes += length;
    }

    /** All that had arrived was taken in, or not all. */
    void onTaken(boolean everything, long nowNanos) {
        if (everything || !behind) {
            behind = !everything;
            sinceNanos = nowNanos;
            bytes = 0;
            turns = 0;
            return;
        }
        turns++;
        if (nowNanos - sinceNanos >= 2 * MEMORY_NANOS) {
            sinceNanos += (nowNanos - sinceNanos) / 2;
            bytes /= 2;
        }
    }

    /** Returns what suits; {@link PathLimit#NONE} if it keeps up. */
    double bytesPerSecond(long nowNanos) {
        long nanos = nowNanos - sinceNanos;
        return turns >= FEWEST_TURNS && nanos >= PATIENCE_NANOS
                ? Math.max(1, KEPT * bytes * 1e9 / nanos)
                : PathLimit.NONE;
    }
}

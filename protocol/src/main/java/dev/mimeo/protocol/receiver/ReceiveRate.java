package dev.mimeo.protocol.receiver;

/**
 * How fast a sender's messages arrive: UDP payload over one round trip time, and over {@link #SHORTEST_NANOS} at least, so
 * that bursts and wake-ups do not count as rate (RFC 4654, section 6.1).
 */
final class ReceiveRate {
    /** The shortest time that is measured over: 40 ms. */
    static final long SHORTEST_NANOS = 40_000_000;

    private boolean started;
    private long sinceNanos;
    private long bytes;
    private double latest;
    private double previous;

    /** A message arrived. */
    void onMessage(int length, long rttNanos, long nowNanos) {
        if (!started) {
            started = true;
            sinceNanos = nowNanos;
            return;
        }
        bytes += length;
        long elapsed = nowNanos - sinceNanos;
        if (elapsed >= Math.max(rttNanos, SHORTEST_NANOS)) {
            previous = latest;
            latest = bytes * 1e9 / elapsed;
            bytes = 0;
            sinceNanos = nowNanos;
        }
    }

    /** Returns the rate as it was measured last, in bytes per second; 0 before that. */
    double bytesPerSecond() {
        return latest;
    }

    /** Returns the larger of the last two: what the path carried before the sender paused, or was lost. */
    double recentPeak() {
        return Math.max(latest, previous);
    }
}

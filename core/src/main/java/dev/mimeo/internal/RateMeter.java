package dev.mimeo.internal;

/**
 * How fast a count has grown of late: over about the last two seconds, updated a few times a second. Confined to one
 * thread.
 */
final class RateMeter {
    private static final int SAMPLES = 9;

    private final long[] times = new long[SAMPLES];
    private final long[] counts = new long[SAMPLES];
    private int next;
    private int filled;

    /** Notes a count, which may have started again from less, and returns its growth per second. */
    long update(long count, long nowNanos) {
        if (filled > 0 && count < counts[(next + SAMPLES - 1) % SAMPLES]) {
            filled = 0;
        }
        times[next] = nowNanos;
        counts[next] = count;
        next = (next + 1) % SAMPLES;
        filled = Math.min(SAMPLES, filled + 1);
        int oldest = (next + SAMPLES - filled) % SAMPLES;
        long elapsed = nowNanos - times[oldest];
        return elapsed <= 0 ? 0 : (long) ((count - counts[oldest]) * 1e9 / elapsed);
    }
}

package dev.mimeo.internal;

/** Four times a second: when progress is due, and how fast it is. Confined to one thread. */
final class ProgressPacing {
    private static final long INTERVAL_NANOS = 250_000_000;

    private final RateMeter meter = new RateMeter();
    private long nextNanos;

    /** Returns whether progress is due; if so, not again for a while. */
    boolean isDue(long nowNanos) {
        if (nowNanos < nextNanos) {
            return false;
        }
        nextNanos = nowNanos + INTERVAL_NANOS;
        return true;
    }

    /** Returns how fast a count has grown of late, per second. */
    long rate(long count, long nowNanos) {
        return meter.update(count, nowNanos);
    }

    long deadlineNanos() {
        return nextNanos;
    }
}

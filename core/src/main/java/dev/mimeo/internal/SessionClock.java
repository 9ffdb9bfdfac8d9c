package dev.mimeo.internal;

/** Nanoseconds since the session began: the only reader of the clock. Any thread. */
public final class SessionClock {
    private final long startNanos = System.nanoTime();

    /** Starts at 0. */
    public SessionClock() {}

    /** Returns the time since this clock was made; never goes backwards, begins at 0. */
    public long nanos() {
        return System.nanoTime() - startNanos;
    }
}

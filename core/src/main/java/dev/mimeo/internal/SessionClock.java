package dev.mimeo.internal;

/** Nanoseconds since the session began: the only reader of the clock. Any thread. */
final class SessionClock {
    private final long startNanos = System.nanoTime();

    /** Returns the time since this clock was made; never goes backwards, begins at 0. */
    long nanos() {
        return System.nanoTime() - startNanos;
    }
}

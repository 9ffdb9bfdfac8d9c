package dev.mimeo.internal;

import java.util.function.LongSupplier;

/** Nanoseconds since the session began: the only reader of the clock. Any thread. */
public final class SessionClock {
    private final LongSupplier nanoTime;
    private final long startNanos;

    /** Starts at 0. */
    public SessionClock() {
        this(System::nanoTime);
    }

    /** Reads {@code nanoTime}, which may start anywhere and overflow. */
    SessionClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
    }

    /** Returns the time since this clock was made; never goes backwards, begins at 0. */
    public long nanos() {
        return nanoTime.getAsLong() - startNanos;
    }
}

package dev.mimeo.internal;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what other threads do. */
final class Eventually {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(15);

    private Eventually() {}

    /** Returns when {@code condition} holds; fails if it does not for 15 s. */
    static void holds(BooleanSupplier condition) {
        SessionClock clock = new SessionClock();
        while (!condition.getAsBoolean()) {
            if (clock.nanos() > PATIENCE) {
                throw new AssertionError("it does not hold after 15 s");
            }
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}

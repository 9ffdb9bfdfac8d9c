package dev.mimeo.internal;

import java.util.concurrent.TimeUnit;

/** Waiting for threads to end, for as long as closing may take. */
final class Joining {
    /** How long a thread that was told to end gets: closing promises two seconds in all. */
    static final long PATIENCE_NANOS = 500_000_000;

    private Joining() {}

    /**
     * Waits until {@code thread} has ended, at most {@code nanos}; returns whether it has. Interruption does not cut the
     * wait short, and is kept for the caller. A thread does not wait for itself.
     */
    static boolean join(Thread thread, long nanos) {
        if (thread == Thread.currentThread()) {
            return true;
        }
        SessionClock clock = new SessionClock();
        boolean interrupted = false;
        try {
            for (long left = nanos; thread.isAlive() && left > 0; left = nanos - clock.nanos()) {
                try {
                    thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return !thread.isAlive();
    }
}

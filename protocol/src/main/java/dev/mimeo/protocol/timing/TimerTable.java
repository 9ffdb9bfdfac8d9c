package dev.mimeo.protocol.timing;

import dev.mimeo.protocol.Machine;
import java.util.Arrays;

/**
 * One deadline for each constant of an enum that explains itself: all the timers that a machine has.
 *
 * @param <K> the timers
 */
public final class TimerTable<K extends Enum<K>> {
    private final long[] deadlineNanos;

    /** Makes a table with every timer stopped. */
    public TimerTable(Class<K> timers) {
        deadlineNanos = new long[timers.getEnumConstants().length];
        Arrays.fill(deadlineNanos, Machine.NEVER);
    }

    /** Starts a timer, or moves it. */
    public void set(K timer, long atNanos) {
        deadlineNanos[timer.ordinal()] = atNanos;
    }

    /** Has a timer that runs be due no later than {@code atNanos}. */
    public void limit(K timer, long atNanos) {
        if (isRunning(timer)) {
            set(timer, Math.min(deadlineNanos(timer), atNanos));
        }
    }

    /** Stops a timer. */
    public void stop(K timer) {
        deadlineNanos[timer.ordinal()] = Machine.NEVER;
    }

    /** Returns whether a timer runs. */
    public boolean isRunning(K timer) {
        return deadlineNanos[timer.ordinal()] != Machine.NEVER;
    }

    /** Stops a timer that is due; returns whether it was. */
    public boolean expire(K timer, long nowNanos) {
        if (deadlineNanos[timer.ordinal()] > nowNanos) {
            return false;
        }
        stop(timer);
        return true;
    }

    /** Returns when a timer is due, or {@link Machine#NEVER}. */
    public long deadlineNanos(K timer) {
        return deadlineNanos[timer.ordinal()];
    }

    /** Returns when the first timer is due, or {@link Machine#NEVER}. */
    public long earliestNanos() {
        long earliest = Machine.NEVER;
        for (long deadline : deadlineNanos) {
            earliest = Math.min(earliest, deadline);
        }
        return earliest;
    }
}

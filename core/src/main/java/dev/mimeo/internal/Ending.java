package dev.mimeo.internal;

import dev.mimeo.protocol.Machine;

/**
 * How a session comes to its end: by itself, or within a second once somebody demands it. The second is for the machine to
 * tell its peers. Confined to the protocol thread.
 */
final class Ending {
    private static final long GRACE_NANOS = 1_000_000_000;

    private long deadlineNanos = Machine.NEVER;
    private boolean reached;

    /** The end is wanted early; counts only before it is reached, and once. */
    void demand(long nowNanos) {
        if (!reached && !isDemanded()) {
            deadlineNanos = nowNanos + GRACE_NANOS;
        }
    }

    /** The end is here. */
    void reached() {
        reached = true;
    }

    void onTime(long nowNanos) {
        reached |= nowNanos >= deadlineNanos;
    }

    boolean isDemanded() {
        return deadlineNanos != Machine.NEVER;
    }

    boolean isReached() {
        return reached;
    }

    long deadlineNanos() {
        return reached ? Machine.NEVER : deadlineNanos;
    }
}

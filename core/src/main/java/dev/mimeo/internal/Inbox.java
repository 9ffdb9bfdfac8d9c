package dev.mimeo.internal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What other threads have for the protocol thread: finished disk work, and what users ask for.
 *
 * <p>Not bounded by itself: every entry answers a block or a chunk that the machine gave away, whose number is bounded, or a
 * call of a user.
 */
final class Inbox {
    /** Something to be done on the protocol thread. */
    interface Entry {
        /** Does it; {@code nowNanos} is the time of this turn. */
        void deliver(long nowNanos);
    }

    private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
    private final Runnable wakeup;

    /** {@code wakeup} is run, on the thread that posts, after every entry. */
    Inbox(Runnable wakeup) {
        this.wakeup = wakeup;
    }

    /** Hands an entry over. Any thread. */
    void post(Entry entry) {
        entries.add(entry);
        wakeup.run();
    }

    /** Delivers what is there, in order. The protocol thread. */
    void deliverAll(long nowNanos) {
        for (Entry entry = entries.poll(); entry != null; entry = entries.poll()) {
            entry.deliver(nowNanos);
        }
    }
}

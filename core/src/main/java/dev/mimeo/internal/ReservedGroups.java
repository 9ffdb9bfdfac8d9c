package dev.mimeo.internal;

import dev.mimeo.AddressAllocator;
import dev.mimeo.MulticastGroup;
import java.io.IOException;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * The groups of a point's sessions. An allocator may take long, and is called by one thread at a time: who wants a group waits,
 * who gives one back does not. Any thread.
 */
final class ReservedGroups {
    private final AddressAllocator allocator;
    private final int most;
    /** Held by who calls the allocator. */
    private final ReentrantLock calling = new ReentrantLock();

    private final Set<MulticastGroup> reserved = ConcurrentHashMap.newKeySet();
    private final Queue<MulticastGroup> unneeded = new ConcurrentLinkedQueue<>();

    /** Has none yet. */
    ReservedGroups(AddressAllocator allocator, int most) {
        this.allocator = allocator;
        this.most = most;
    }

    /**
     * Returns a group that is not reserved; empty if there is none.
     *
     * @throws IllegalStateException if as many are reserved as may be
     */
    Optional<MulticastGroup> reserve(Predicate<MulticastGroup> isFree) throws IOException, InterruptedException {
        calling.lockInterruptibly();
        try {
            giveBack();
            if (reserved.size() >= most) {
                throw new IllegalStateException(
                        "as many sessions are open as may be, " + most + "; end one, or raise maximumSessions()");
            }
            Optional<MulticastGroup> group = allocator.allocate(each -> !reserved.contains(each) && isFree.test(each));
            group.ifPresent(reserved::add);
            return group;
        } finally {
            calling.unlock();
            giveBackUnlessBusy();
        }
    }

    /** A group is not needed any more; the allocator hears of it once, and soon. */
    void release(MulticastGroup group) {
        unneeded.add(group);
        giveBackUnlessBusy();
    }

    /** None is needed any more. */
    void releaseAll() {
        reserved.forEach(this::release);
    }

    int count() {
        return reserved.size();
    }

    /** Who calls the allocator now does this afterwards. */
    private void giveBackUnlessBusy() {
        while (!unneeded.isEmpty() && calling.tryLock()) {
            try {
                giveBack();
            } finally {
                calling.unlock();
            }
        }
    }

    private void giveBack() {
        for (MulticastGroup group = unneeded.poll(); group != null; group = unneeded.poll()) {
            if (reserved.contains(group)) {
                allocator.release(group);
                reserved.remove(group);
            }
        }
    }
}

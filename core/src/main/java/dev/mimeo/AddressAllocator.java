package dev.mimeo;

import dev.mimeo.internal.GroupRange;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** Where a distribution point gets groups for its sessions from. Called by one thread at a time. */
public interface AddressAllocator {
    /**
     * Returns a group of which {@code isFree} says that nobody is known to use it; empty if there is none. The point goes on
     * to ask the network, and may come back for another.
     *
     * @throws IOException if the allocator cannot tell
     */
    Optional<MulticastGroup> allocate(Predicate<MulticastGroup> isFree) throws IOException;

    /** A group is not needed any more. */
    default void release(MulticastGroup group) {}

    /** This group, for one session at a time. */
    static AddressAllocator fixed(MulticastGroup group) {
        Objects.requireNonNull(group, "group");
        return isFree -> Optional.of(group).filter(isFree);
    }

    /**
     * Groups within a range of addresses and of ports, beginning anywhere: two points with the same range rarely choose
     * the same.
     *
     * @param first lowest address and lowest port
     * @param last highest of both; at most 65,536 addresses away
     */
    static AddressAllocator range(MulticastGroup first, MulticastGroup last) {
        return new GroupRange(first, last);
    }
}

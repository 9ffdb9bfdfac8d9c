package dev.mimeo;

import dev.mimeo.internal.GroupRange;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where a distribution point gets groups for its sessions from. Called by one thread at a time; {@link #allocate} may block,
 * {@link #release} should not.
 */
public interface AddressAllocator {
    /**
     * Returns a group of which {@code isFree} says that nobody is known to use it; empty if there is none. The point goes on
     * to ask the network, and may come back for another.
     *
     * @throws IOException if the allocator cannot tell
     * @throws InterruptedException if this thread was interrupted meanwhile
     */
    Optional<MulticastGroup> allocate(Predicate<MulticastGroup> isFree) throws IOException, InterruptedException;

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

    /**
     * Groups with addresses of IPv4 that a MADCAP server leases (RFC 2730): one that is found by multicast, or named. A lease
     * is asked for when a session opens, renewed before half of it is over for as long as the session goes on, and given back
     * when it ends; if the program ends without, the lease ends by itself. A lease that the server does not renew, or takes
     * back, ends no session: the log says so, and that others may be given the address. Before an address is used the point
     * asks the network as always; of up to eight addresses that others use all are leased until one is free.
     *
     * <p>{@link #allocate} fails with a {@link java.net.SocketTimeoutException} if no server, or not the one that was asked,
     * answers, and with another {@link IOException} if it refuses; the message says who and why. MADCAP is not protected:
     * whoever is on the network can answer as a server, and so have a session use an address of its choice in the scope, or none.
     * There are one thread and one socket while there is a lease, else none.
     *
     * @param networkInterface as {@link SenderOptions#networkInterface} takes it
     */
    static MadcapBuilder madcap(String networkInterface) {
        return new dev.mimeo.internal.MadcapBuilder(networkInterface);
    }

    /** Collects options of leased addresses. Not safe for use by several threads; may be used again. */
    interface MadcapBuilder {
        /** Default: whoever answers first at 239.255.255.254. The address of the server, of IPv4; its port is 2535. */
        MadcapBuilder server(InetAddress address);

        /**
         * Default: the first within 239.0.0.0 to 239.255.255.255, smallest first, that a server lists; 239.255.0.0 if it lists
         * none. The lowest address of the scope that addresses are to be of.
         */
        MadcapBuilder scope(InetAddress lowest);

        /** Default: 6003. The UDP port of all groups: servers lease addresses only. */
        MadcapBuilder port(int port);

        /**
         * Default: 1. What the sessions have, 0 to 255; scopes that want less are not taken. Servers are looked for up to 16
         * routers away; with 0, on this machine only.
         */
        MadcapBuilder timeToLive(int timeToLive);

        /**
         * Default: 1 hour, at least 1 minute and at most 30 days. What is asked for, again and again; a server may give less,
         * down to 30 s. How long an address stays taken if the program ends without giving it back.
         */
        MadcapBuilder lease(Duration time);

        /** Default: 10 s, at least 1 s and at most 30 s. How long an address is waited for. */
        MadcapBuilder patience(Duration time);

        /** Default: {@link Environment#USUAL}. Where the thread comes from. */
        MadcapBuilder environment(Environment environment);

        /** Makes the allocator, which asks nobody until it is to allocate. */
        AddressAllocator build();
    }
}

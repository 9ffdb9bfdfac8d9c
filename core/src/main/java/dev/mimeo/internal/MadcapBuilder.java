package dev.mimeo.internal;

import dev.mimeo.AddressAllocator;
import dev.mimeo.Environment;
import dev.mimeo.MulticastGroup;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** The options of leased addresses, as they are collected. */
public final class MadcapBuilder implements AddressAllocator.MadcapBuilder {
    private static final Duration SHORTEST_LEASE = Duration.ofMinutes(1);
    private static final Duration LONGEST_LEASE = Duration.ofDays(30);
    private static final Duration SHORTEST_PATIENCE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(30);
    private static final int USUAL_PORT = 6_003;

    private final String networkInterface;
    private final MulticastGroup servers;
    private Optional<Inet4Address> server = Optional.empty();
    private Optional<Inet4Address> scope = Optional.empty();
    private int port = USUAL_PORT;
    private int timeToLive = 1;
    private Duration lease = Duration.ofHours(1);
    private Duration patience = Duration.ofSeconds(10);
    private Environment environment = Environment.USUAL;

    /** Starts from the defaults. Servers are looked for by the address that is theirs in the local scope (RFC 2730, 2.10). */
    public MadcapBuilder(String networkInterface) {
        this(networkInterface, MulticastGroup.of("239.255.255.254", 2_535));
    }

    /** Starts from the defaults, with servers elsewhere. */
    MadcapBuilder(String networkInterface, MulticastGroup servers) {
        this.networkInterface = Objects.requireNonNull(networkInterface, "networkInterface");
        this.servers = servers;
    }

    @Override
    public MadcapBuilder server(InetAddress address) {
        Checks.check(!address.isMulticastAddress(), "%s is a group, not a server", address.getHostAddress());
        server = Optional.of(four(address));
        return this;
    }

    @Override
    public MadcapBuilder scope(InetAddress lowest) {
        scope = Optional.of(four(new MulticastGroup(lowest, USUAL_PORT).address()));
        return this;
    }

    private static Inet4Address four(InetAddress address) {
        Checks.check(address instanceof Inet4Address, "%s is not an address of IPv4", address.getHostAddress());
        return (Inet4Address) address;
    }

    @Override
    public MadcapBuilder port(int port) {
        this.port = new MulticastGroup(servers.address(), port).port();
        return this;
    }

    @Override
    public MadcapBuilder timeToLive(int timeToLive) {
        this.timeToLive = Checks.timeToLive(timeToLive);
        return this;
    }

    @Override
    public MadcapBuilder lease(Duration time) {
        lease = between(SHORTEST_LEASE, time, LONGEST_LEASE, "lease");
        return this;
    }

    @Override
    public MadcapBuilder patience(Duration time) {
        patience = between(SHORTEST_PATIENCE, time, LONGEST_PATIENCE, "patience");
        return this;
    }

    private static Duration between(Duration shortest, Duration time, Duration longest, String what) {
        Checks.check(
                time.compareTo(shortest) >= 0 && time.compareTo(longest) <= 0,
                "a %s of %s is not within %s and %s",
                what,
                time,
                shortest,
                longest);
        return time;
    }

    @Override
    public MadcapBuilder environment(Environment environment) {
        this.environment = Objects.requireNonNull(environment, "environment");
        return this;
    }

    @Override
    public AddressAllocator build() {
        return new MadcapAddresses(
                new MadcapLease.Settings(
                        networkInterface,
                        new InetSocketAddress(servers.address(), servers.port()),
                        server.map(address -> new InetSocketAddress(address, servers.port())),
                        scope,
                        timeToLive,
                        lease.toSeconds(),
                        patience.toNanos()),
                port,
                new ThreadMaker(environment.threads()));
    }
}

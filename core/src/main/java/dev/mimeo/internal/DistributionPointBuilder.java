package dev.mimeo.internal;

import dev.mimeo.AddressAllocator;
import dev.mimeo.DataRate;
import dev.mimeo.DistributionPoint;
import dev.mimeo.DistributionPointListener;
import dev.mimeo.Environment;
import dev.mimeo.GroupKey;
import dev.mimeo.MulticastGroup;
import dev.mimeo.RateSchedule;
import dev.mimeo.SessionDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Optional;

/** The options of a distribution point, as they are collected. */
public final class DistributionPointBuilder implements DistributionPoint.Builder {
    final NetworkSettings network;
    String name = hostName();
    AddressAllocator addresses = AddressAllocator.range(
            MulticastGroup.of("239.255.78.1", 6_003), MulticastGroup.of("239.255.78.254", 6_003));
    RateSchedule budget = RateSchedule.of(DataRate.ofMegabits(200));
    int maximumSessions = 64;
    int maximumReceivers = 1_000;
    Optional<MulticastGroup> directory = Optional.of(SessionDirectory.USUAL_GROUP);
    DistributionPointListener listener = DistributionPointListener.NONE;

    /** Starts from the defaults. */
    public DistributionPointBuilder(String networkInterface) {
        network = new NetworkSettings(networkInterface);
    }

    private DistributionPointBuilder(DistributionPointBuilder other) {
        network = new NetworkSettings(other.network);
        name = other.name;
        addresses = other.addresses;
        budget = other.budget;
        maximumSessions = other.maximumSessions;
        maximumReceivers = other.maximumReceivers;
        directory = other.directory;
        listener = other.listener;
    }

    /** Empty if it has none that can be shown. */
    private static String hostName() {
        try {
            return Checks.displayName(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException | IllegalArgumentException e) {
            return "";
        }
    }

    @Override
    public DistributionPointBuilder name(String name) {
        this.name = Checks.displayName(name);
        return this;
    }

    @Override
    public DistributionPointBuilder addresses(AddressAllocator addresses) {
        this.addresses = Objects.requireNonNull(addresses, "addresses");
        return this;
    }

    @Override
    public DistributionPointBuilder timeToLive(int timeToLive) {
        network.timeToLive = Checks.timeToLive(timeToLive);
        return this;
    }

    @Override
    public DistributionPointBuilder allowGlobalScope() {
        network.allowGlobalScope = true;
        return this;
    }

    @Override
    public DistributionPointBuilder groupKey(GroupKey key) {
        network.groupKey = Optional.of((GroupSecret) key);
        return this;
    }

    @Override
    public DistributionPointBuilder rateBudget(DataRate budget) {
        return rateBudget(RateSchedule.of(budget));
    }

    @Override
    public DistributionPointBuilder rateBudget(RateSchedule budget) {
        this.budget = Objects.requireNonNull(budget, "budget");
        return this;
    }

    @Override
    public DistributionPointBuilder maximumSessions(int sessions) {
        Checks.check(sessions >= 1 && sessions <= 1_024, "%d sessions are not within 1 to 1,024", sessions);
        maximumSessions = sessions;
        return this;
    }

    @Override
    public DistributionPointBuilder maximumReceivers(int receivers) {
        Checks.check(receivers >= 1 && receivers <= 65_536, "%d receivers are not within 1 to 65,536", receivers);
        maximumReceivers = receivers;
        return this;
    }

    @Override
    public DistributionPointBuilder directory(MulticastGroup group) {
        directory = Optional.of(group);
        return this;
    }

    @Override
    public DistributionPointBuilder withoutDirectory() {
        directory = Optional.empty();
        return this;
    }

    @Override
    public DistributionPointBuilder environment(Environment environment) {
        network.environment = Objects.requireNonNull(environment, "environment");
        return this;
    }

    @Override
    public DistributionPointBuilder listener(DistributionPointListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    @Override
    public DistributionPoint open() throws IOException {
        return new DefaultDistributionPoint(new DistributionPointBuilder(this));
    }
}

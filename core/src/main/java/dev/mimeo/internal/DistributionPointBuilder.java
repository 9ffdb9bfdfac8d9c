package dev.mimeo.internal;

import dev.mimeo.AddressAllocator;
import dev.mimeo.DataRate;
import dev.mimeo.DistributionPoint;
import dev.mimeo.DistributionPointListener;
import dev.mimeo.Environment;
import dev.mimeo.GroupKey;
import dev.mimeo.MulticastGroup;
import dev.mimeo.RateSchedule;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Optional;

/** The options of a distribution point, as they are collected. */
public final class DistributionPointBuilder implements DistributionPoint.Builder {
    final NetworkSettings network;
    String name = hostName();
    /** Empty for the usual ones. */
    Optional<AddressAllocator> addresses = Optional.empty();

    RateSchedule budget = RateSchedule.of(DataRate.ofMegabits(200));
    int maximumSessions = 64;
    int maximumReceivers = 1_000;
    boolean hasDirectory = true;
    /** Empty for the usual one. */
    Optional<MulticastGroup> directory = Optional.empty();

    DistributionPointListener listener = DistributionPointListener.NONE;

    /** Starts from the defaults. */
    public DistributionPointBuilder(String... networkInterfaces) {
        network = new NetworkSettings(networkInterfaces);
    }

    private DistributionPointBuilder(DistributionPointBuilder other) {
        network = new NetworkSettings(other.network);
        name = other.name;
        addresses = other.addresses;
        budget = other.budget;
        maximumSessions = other.maximumSessions;
        maximumReceivers = other.maximumReceivers;
        hasDirectory = other.hasDirectory;
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
        this.addresses = Optional.of(addresses);
        return this;
    }

    @Override
    public DistributionPointBuilder timeToLive(int timeToLive) {
        network.timeToLive = Checks.timeToLive(timeToLive);
        return this;
    }

    @Override
    public DistributionPointBuilder dscp(int codePoint) {
        network.dscp = Checks.dscp(codePoint);
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
        hasDirectory = true;
        directory = Optional.of(group);
        return this;
    }

    @Override
    public DistributionPointBuilder withoutDirectory() {
        hasDirectory = false;
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
        DistributionPointBuilder options = new DistributionPointBuilder(this);
        options.settle();
        return new DefaultDistributionPoint(options);
    }

    /** Chooses what was not chosen, of one family with what was. */
    private void settle() throws IOException {
        boolean isIpv6 =
                directory.isPresent() ? directory.get().address() instanceof Inet6Address : network.meansIpv6();
        UsualGroups usual = isIpv6 ? UsualGroups.IPV6 : UsualGroups.IPV4;
        addresses = addresses.or(() -> Optional.of(AddressAllocator.range(usual.first(), usual.last())));
        directory = directory.or(() -> Optional.of(usual.directory()).filter(group -> hasDirectory));
    }
}

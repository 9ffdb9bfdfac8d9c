package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.NetworkCheck;
import dev.mimeo.NetworkReport;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The options of a check, and what is done with them. */
public final class DefaultNetworkCheck implements NetworkCheck {
    private static final Duration SHORTEST = Duration.ofSeconds(3);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final MulticastGroup group;
    private final List<InetAddress> others = new ArrayList<>();
    private Optional<String> networkInterface = Optional.empty();
    private int timeToLive = 1;
    private boolean allowGlobalScope;
    private Duration duration = Duration.ofSeconds(10);

    /** Starts from the defaults. */
    public DefaultNetworkCheck(MulticastGroup group) {
        this.group = Objects.requireNonNull(group, "group");
    }

    @Override
    public NetworkCheck networkInterface(String nameOrAddress) {
        networkInterface = Optional.of(nameOrAddress);
        return this;
    }

    @Override
    public NetworkCheck timeToLive(int timeToLive) {
        this.timeToLive = Checks.timeToLive(timeToLive);
        return this;
    }

    @Override
    public NetworkCheck allowGlobalScope() {
        allowGlobalScope = true;
        return this;
    }

    @Override
    public NetworkCheck duration(Duration duration) {
        Checks.check(
                duration.compareTo(SHORTEST) >= 0 && duration.compareTo(LONGEST) <= 0,
                "a check of %s is not within 3 s and an hour",
                duration);
        this.duration = duration;
        return this;
    }

    @Override
    public NetworkCheck other(InetAddress address) {
        Checks.check(!address.isMulticastAddress(), "%s is a group, not a machine", address.getHostAddress());
        Checks.check(
                address.getClass() == group.address().getClass(),
                "%s and group %s are not both of IPv4, or of IPv6",
                address.getHostAddress(),
                group);
        Checks.check(others.size() < MOST_OTHERS, "more than %d machines cannot be checked at a time", MOST_OTHERS);
        others.add(address);
        return this;
    }

    @Override
    public NetworkReport thisMachine() throws InterruptedException {
        checkGroup();
        return MachineVerdict.of(
                MachineFacts.of(group, networkInterface, new SecureRandom().nextLong()),
                group,
                networkInterface.isPresent());
    }

    @Override
    public NetworkReport withOthers() throws IOException, InterruptedException {
        InterfaceFacts facts = choose();
        int carried = Math.min(SegmentLength.largestDatagram(facts, group), Inbound.LARGEST_DATAGRAM);
        ProbePlan plan = ProbePlan.of(duration.toNanos(), timeToLive, carried);
        try (ProbeSocket socket = new ProbeSocket(group, facts, timeToLive)) {
            return new Prober(group, plan, new SecureRandom().nextLong(), socket, others).probe();
        }
    }

    @Override
    public Responder respond() throws IOException {
        try (Opening opening = new Opening()) {
            ProbeSocket socket = opening.add(new ProbeSocket(group, choose(), timeToLive));
            Responder responder = new ProbeResponder(group, socket);
            opening.succeeded();
            return responder;
        }
    }

    private void checkGroup() {
        Checks.scope(group, allowGlobalScope);
        Checks.forAnybody(group, "a check listens to everybody");
    }

    private InterfaceFacts choose() throws IOException {
        checkGroup();
        return new InterfaceChoice(InterfaceFacts.ofThisMachine(), group).choose(networkInterface);
    }
}

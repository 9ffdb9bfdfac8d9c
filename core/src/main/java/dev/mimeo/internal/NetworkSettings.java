package dev.mimeo.internal;

import dev.mimeo.Environment;
import dev.mimeo.MulticastGroup;
import dev.mimeo.protocol.seal.SealHeader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Where a point or a directory meets the network. */
final class NetworkSettings {
    final List<String> networkInterfaces;
    int timeToLive = 1;
    int dscp;
    boolean allowGlobalScope;
    Optional<GroupSecret> groupKey = Optional.empty();
    Environment environment = Environment.USUAL;

    NetworkSettings(String... networkInterfaces) {
        this.networkInterfaces = Checks.interfaces(networkInterfaces);
    }

    /** Copies the settings; the key has a life of its own. */
    NetworkSettings(NetworkSettings other) {
        networkInterfaces = other.networkInterfaces;
        timeToLive = other.timeToLive;
        dscp = other.dscp;
        allowGlobalScope = other.allowGlobalScope;
        environment = other.environment;
        groupKey = other.groupKey.map(GroupSecret::duplicate);
    }

    /** Returns what makes the threads of a point or a directory. */
    ThreadMaker threads() {
        return new ThreadMaker(environment.threads());
    }

    /** Returns what a seal adds to each datagram of a directory, in bytes. */
    int datagramOverhead() {
        return groupKey.isPresent() ? SealHeader.SENDER_OVERHEAD : 0;
    }

    /** Returns whether nothing but IPv6 can be meant, if nobody chose a group: see {@link InterfaceChoice#meansIpv6}. */
    boolean meansIpv6() throws IOException {
        return InterfaceChoice.meansIpv6(InterfaceFacts.ofThisMachine(), networkInterfaces);
    }

    /** Opens the port of a directory, whose members all start sessions of their own if they have a group key. */
    MulticastPort openPort(MulticastGroup group) throws IOException {
        Problems problems = new Problems();
        problems.attempt(() -> Checks.forAnybody(group, "in a directory everybody is heard"));
        List<InterfaceFacts> facts = Checks.places(problems, group, allowGlobalScope, groupKey, networkInterfaces);
        problems.throwIfAny();
        MulticastPort port = DatagramPort.open(group, facts, new Outlet(timeToLive, dscp, true));
        return PortLayer.guard(port, groupKey, SealedPort.Role.MEMBER, group, timeToLive);
    }
}

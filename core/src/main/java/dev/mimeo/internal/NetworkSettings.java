package dev.mimeo.internal;

import dev.mimeo.Environment;
import dev.mimeo.MulticastGroup;
import dev.mimeo.protocol.seal.SealHeader;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** Where a point or a directory meets the network. */
final class NetworkSettings {
    final String networkInterface;
    int timeToLive = 1;
    boolean allowGlobalScope;
    Optional<GroupSecret> groupKey = Optional.empty();
    Environment environment = Environment.USUAL;

    NetworkSettings(String networkInterface) {
        this.networkInterface = Objects.requireNonNull(networkInterface, "networkInterface");
    }

    /** Copies the settings; the key has a life of its own. */
    NetworkSettings(NetworkSettings other) {
        networkInterface = other.networkInterface;
        timeToLive = other.timeToLive;
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

    /** Opens the port of a directory, whose members all start sessions of their own if they have a group key. */
    MulticastPort openPort(MulticastGroup group) throws IOException {
        Problems problems = new Problems();
        Optional<InterfaceFacts> facts =
                Checks.place(problems, group, allowGlobalScope, groupKey, Optional.of(networkInterface));
        problems.throwIfAny();
        MulticastPort port = DatagramPort.open(group, facts.orElseThrow(), timeToLive, true);
        return PortLayer.guard(port, groupKey, SealedPort.Role.MEMBER, group, timeToLive);
    }
}

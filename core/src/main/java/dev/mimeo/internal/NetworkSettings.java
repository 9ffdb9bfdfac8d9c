package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** Where a point or a directory meets the network. */
final class NetworkSettings {
    final String networkInterface;
    int timeToLive = 1;
    boolean allowGlobalScope;

    NetworkSettings(String networkInterface) {
        this.networkInterface = Objects.requireNonNull(networkInterface, "networkInterface");
    }

    NetworkSettings(NetworkSettings other) {
        networkInterface = other.networkInterface;
        timeToLive = other.timeToLive;
        allowGlobalScope = other.allowGlobalScope;
    }

    MulticastPort openPort(MulticastGroup group) throws IOException {
        Checks.scope(group, allowGlobalScope);
        InterfaceFacts facts =
                new InterfaceChoice(InterfaceFacts.ofThisMachine(), group).choose(Optional.of(networkInterface));
        return DatagramPort.open(group, facts, timeToLive, true);
    }
}

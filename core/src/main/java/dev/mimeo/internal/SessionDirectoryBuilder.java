package dev.mimeo.internal;

import dev.mimeo.Environment;
import dev.mimeo.GroupKey;
import dev.mimeo.MulticastGroup;
import dev.mimeo.SessionDirectory;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** The options of a directory, as they are collected. */
public final class SessionDirectoryBuilder implements SessionDirectory.Builder {
    private final NetworkSettings network;
    /** Empty for the usual one. */
    private Optional<MulticastGroup> group = Optional.empty();

    /** Starts from the defaults. */
    public SessionDirectoryBuilder(String... networkInterfaces) {
        network = new NetworkSettings(networkInterfaces);
    }

    @Override
    public SessionDirectoryBuilder group(MulticastGroup group) {
        this.group = Optional.of(group);
        return this;
    }

    @Override
    public SessionDirectoryBuilder timeToLive(int timeToLive) {
        network.timeToLive = Checks.timeToLive(timeToLive);
        return this;
    }

    @Override
    public SessionDirectoryBuilder allowGlobalScope() {
        network.allowGlobalScope = true;
        return this;
    }

    @Override
    public SessionDirectoryBuilder groupKey(GroupKey key) {
        network.groupKey = Optional.of((GroupSecret) key);
        return this;
    }

    @Override
    public SessionDirectoryBuilder environment(Environment environment) {
        network.environment = Objects.requireNonNull(environment, "environment");
        return this;
    }

    @Override
    public SessionDirectory open() throws IOException {
        MulticastGroup meeting = group.isPresent()
                ? group.get()
                : (network.meansIpv6() ? UsualGroups.IPV6 : UsualGroups.IPV4).directory();
        DirectoryClient client =
                new DirectoryClient(network.openPort(meeting), meeting, "", network, DirectoryClient.NO_POINT);
        client.browse();
        return new DefaultSessionDirectory(client, meeting);
    }
}

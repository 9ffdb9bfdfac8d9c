package dev.mimeo.examples;

import dev.mimeo.MulticastGroup;
import dev.mimeo.SessionDirectory;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the directory of the network is. */
final class DirectoryOption {
    @Option(
            names = "--directory",
            paramLabel = "ADDR:PORT",
            description = "Where sessions are listed. Default: 239.255.77.77:63999.")
    Optional<MulticastGroup> group;

    /** Returns the builder of what looks there. */
    SessionDirectory.Builder builder(String networkInterface, int timeToLive) {
        SessionDirectory.Builder builder = SessionDirectory.on(networkInterface).timeToLive(timeToLive);
        group.ifPresent(builder::group);
        return builder;
    }
}

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
            description =
                    "Where sessions are listed. Default: 239.255.77.77:63999; on an interface that has IPv6 only, or is"
                            + " named by such an address, [ff15::efff:4d4d]:63999.")
    Optional<MulticastGroup> group;

    /** Returns the builder of what looks there. */
    SessionDirectory.Builder builder(int timeToLive, ScopeOption scope, String... networkInterfaces) {
        SessionDirectory.Builder builder =
                SessionDirectory.on(networkInterfaces).timeToLive(timeToLive);
        group.ifPresent(builder::group);
        scope.apply(builder::allowGlobalScope);
        return builder;
    }
}

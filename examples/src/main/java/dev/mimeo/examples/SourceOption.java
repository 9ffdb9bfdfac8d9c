package dev.mimeo.examples;

import dev.mimeo.MulticastGroup;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Who alone is heard in a group. */
final class SourceOption {
    @Option(
            names = "--source",
            paramLabel = "ADDR",
            description =
                    "The address that the sender sends from: receivers hear nobody else (source-specific multicast).")
    Optional<String> source;

    /** Returns the group with its source, if that was given. */
    MulticastGroup applyTo(MulticastGroup group) {
        return source.map(group::from).orElse(group);
    }
}

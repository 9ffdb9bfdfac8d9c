package dev.mimeo.examples;

import java.util.Optional;
import picocli.CommandLine.Option;

/** How what is sent is marked. */
final class DscpOption {
    @Option(
            names = "--dscp",
            paramLabel = "N",
            description =
                    "Mark what is sent with this code point, 0 to 63; 1 gives way to everything else. Default: 0.")
    Optional<Integer> codePoint;
}

package dev.mimeo.internal;

import dev.mimeo.DataRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How fast a network interface is: Java does not tell, Linux does. */
final class LinkSpeed {
    private static final long LARGEST_MEGABITS = 1_000_000;

    private LinkSpeed() {}

    /** Returns the least of several, as far as the system says. */
    static Optional<DataRate> least(List<InterfaceFacts> interfaces) {
        return interfaces.stream()
                .map(each -> of(each.name()))
                .flatMap(Optional::stream)
                .min(Comparator.comparingLong(DataRate::bitsPerSecond));
    }

    /** Returns what the system says; empty if it says nothing, or nothing that makes sense, as for virtual ones. */
    static Optional<DataRate> of(String networkInterface) {
        Path file = Path.of("/sys/class/net", networkInterface, "speed");
        try {
            long megabits = Long.parseLong(Files.readString(file).trim());
            return megabits < 1 || megabits > LARGEST_MEGABITS
                    ? Optional.empty()
                    : Optional.of(DataRate.ofMegabits(megabits));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}

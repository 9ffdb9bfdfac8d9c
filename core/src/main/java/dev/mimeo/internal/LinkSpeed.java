package dev.mimeo.internal;

import dev.mimeo.DataRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** How fast a network interface is: Java does not tell, Linux does. */
final class LinkSpeed {
    private static final long LARGEST_MEGABITS = 1_000_000;

    private LinkSpeed() {}

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

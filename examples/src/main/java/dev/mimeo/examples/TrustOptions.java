package dev.mimeo.examples;

import dev.mimeo.ImageReceiver;
import dev.mimeo.TrustedKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whose images a receiver takes, and which. */
final class TrustOptions {
    @Option(
            names = "--trust",
            paramLabel = "PUB",
            description = "Take only images that are signed with this key, of keygen --signing. May be repeated.")
    List<Path> keys = List.of();

    @Option(
            names = "--min-serial",
            paramLabel = "N",
            description = "Take only images of this --serial or a later one. Believed only with --trust.")
    Optional<Long> minimumSerial;

    @Option(names = "--expect", paramLabel = "IMAGE-ID", description = "Take only this image, as prepare names it.")
    Optional<String> expected;

    @Option(names = "--ignore-not-after", description = "Take images after their end: the clock here may be wrong.")
    boolean ignoreNotAfter;

    /** Returns whether anything was chosen. */
    boolean isGiven() {
        return !keys.isEmpty() || minimumSerial.isPresent() || expected.isPresent() || ignoreNotAfter;
    }

    /** Sets what was chosen. */
    void configure(ImageReceiver.Builder builder) throws IOException {
        for (Path key : keys) {
            builder.trust(TrustedKey.ofFile(key));
        }
        minimumSerial.ifPresent(builder::minimumSerial);
        expected.ifPresent(builder::expect);
        if (ignoreNotAfter) {
            builder.ignoreNotAfter();
        }
    }
}

package dev.mimeo.examples;

import dev.mimeo.ImageReceiver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whom to ask for unicast: the same for whatever receives images. */
final class UnicastFromOptions {
    private static final Duration USUAL_WAIT = Duration.ofSeconds(10);

    @Option(
            names = "--unicast-from",
            paramLabel = "ADDR:PORT",
            description =
                    "Ask this sender for unicast, at the port of its --unicast, if it is there and cannot be heard by multicast.")
    Optional<InetSocketAddress> sender;

    @Option(
            names = "--unicast-after",
            paramLabel = "TIME",
            description = "With --unicast-from: how long after the sender has answered. Default: 10s.")
    Optional<Duration> wait;

    /** Sets what was chosen. */
    void configure(ImageReceiver.Builder builder) {
        if (sender.isEmpty() && wait.isPresent()) {
            throw new IllegalArgumentException("--unicast-after is for --unicast-from");
        }
        sender.ifPresent(from -> builder.unicastFrom(from, wait.orElse(USUAL_WAIT)));
    }
}

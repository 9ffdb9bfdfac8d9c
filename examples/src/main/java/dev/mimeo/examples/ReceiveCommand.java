package dev.mimeo.examples;

import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.ReceiveReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mimeo receive}: receives one image into a file. */
@Command(name = "receive", description = "Receives an image from a group, verifies it, and only then puts it in place.")
final class ReceiveCommand extends TransferCommand {
    @Option(names = "--group", paramLabel = "ADDR:PORT", required = true, description = "Where to listen.")
    MulticastGroup group;

    @Option(names = "--interface", paramLabel = "IF", required = true, description = "Name or address, such as eth1.")
    String networkInterface;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where to store the image.")
    Path out;

    @Option(names = "--name", paramLabel = "SEAT", description = "What the sender shows for this machine.")
    Optional<String> name;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10m",
            description = "How long to wait until a sender is heard. Default: 10m.")
    Duration timeout;

    @Option(
            names = "--ttl",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Routers to cross, plus one, for what this receiver sends; 0 stays on this machine. Default: 1.")
    int timeToLive;

    @Override
    ExitCode transfer(Reporter reporter, Shutdown shutdown) throws Exception {
        ImageReceiver.Builder builder = ImageReceiver.from(group)
                .networkInterface(networkInterface)
                .timeToLive(timeToLive)
                .waitForSender(timeout)
                .listener(reporter);
        name.ifPresent(builder::name);
        try (ImageReceiver receiver = builder.open()) {
            shutdown.closes(receiver);
            ReceiveReport report = receiver.receive(ImageTarget.of(out)).await();
            reporter.awaitLastEvent();
            reporter.receiveEnded(report);
            return ExitCode.VERIFIED;
        }
    }
}

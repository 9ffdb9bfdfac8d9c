package dev.mimeo.examples;

import dev.mimeo.DataRate;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.MulticastGroup;
import dev.mimeo.Redundancy;
import dev.mimeo.SendReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mimeo send}: sends one image to whoever joins. */
@Command(name = "send", description = "Sends an image to all receivers of a group, and says who has verified it.")
final class SendCommand extends TransferCommand {
    @Parameters(paramLabel = "FILE", description = "The image.")
    Path file;

    @Option(names = "--group", paramLabel = "ADDR:PORT", required = true, description = "Where to send.")
    MulticastGroup group;

    @Option(names = "--interface", paramLabel = "IF", required = true, description = "Name or address, such as eth1.")
    String networkInterface;

    @Option(names = "--rate", paramLabel = "RATE", description = "Such as 800M. Default: 200M.")
    Optional<DataRate> rate;

    @Option(
            names = "--min-receivers",
            paramLabel = "N",
            description = "Start when so many have joined, and count fewer as incomplete. Default: 1.")
    Optional<Integer> minimumReceivers;

    @Option(
            names = "--max-wait",
            paramLabel = "TIME",
            description = "Start with fewer after so long, such as 60s or 10m. Default: no limit.")
    Optional<Duration> maximumWait;

    @Option(names = "--start-now", description = "Start at once, whoever listens.")
    boolean startNow;

    @Option(names = "--segment", paramLabel = "BYTES", description = "Content in a datagram. Default: 1408.")
    Optional<Integer> segment;

    @Option(names = "--block", paramLabel = "N", description = "Segments in a block. Default: 128.")
    Optional<Integer> block;

    @Option(names = "--parity", paramLabel = "N", description = "Parity segments a block can have. Default: 32.")
    Optional<Integer> parity;

    @Option(names = "--proactive", paramLabel = "PERCENT", description = "Parity sent before anybody asks. Default: 0.")
    Optional<Integer> proactive;

    @Option(
            names = "--ttl",
            paramLabel = "N",
            defaultValue = "1",
            description = "Routers to cross, plus one; 0 stays on this machine. Default: 1.")
    int timeToLive;

    @Override
    ExitCode transfer(Reporter reporter, Shutdown shutdown) throws Exception {
        try (ImageSender sender = configured().listener(reporter).open()) {
            shutdown.closes(sender);
            SendReport report = sender.send(ImageSource.of(file)).await();
            reporter.awaitLastEvent();
            boolean verified = report.isVerifiedByAll() && report.verifiedCount() >= minimumReceivers.orElse(1);
            reporter.sendEnded(report, verified);
            return verified ? ExitCode.VERIFIED : ExitCode.INCOMPLETE;
        }
    }

    private ImageSender.Builder configured() {
        ImageSender.Builder builder =
                ImageSender.to(group).networkInterface(networkInterface).timeToLive(timeToLive);
        rate.ifPresent(builder::rate);
        segment.ifPresent(builder::segmentLength);
        block.ifPresent(builder::blockLength);
        parity.ifPresent(builder::parityCount);
        proactive.map(Redundancy::percent).ifPresent(builder::redundancy);
        if (!startNow) {
            return maximumWait
                    .map(wait -> builder.waitFor(minimumReceivers.orElse(1), wait))
                    .orElseGet(() -> builder.waitFor(minimumReceivers.orElse(1)));
        }
        if (minimumReceivers.isPresent() || maximumWait.isPresent()) {
            throw new IllegalArgumentException("--start-now does not wait: leave out --min-receivers and --max-wait");
        }
        return builder.startNow();
    }
}

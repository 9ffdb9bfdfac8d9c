package dev.mimeo.examples;

import static dev.mimeo.examples.Quantities.bits;
import static dev.mimeo.examples.Quantities.bytes;
import static dev.mimeo.examples.Quantities.share;

import dev.mimeo.DataRate;
import dev.mimeo.GroupKey;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSession;
import dev.mimeo.ImageSource;
import dev.mimeo.MulticastGroup;
import dev.mimeo.SendReport;
import dev.mimeo.StartPolicy;
import dev.mimeo.StorageException;
import dev.mimeo.testkit.FaultyNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mimeo demo}: a sender, some receivers and a bad network between them, all on this machine. */
@Command(
        name = "demo",
        description =
                "Sends an image from one sender to some receivers, all in this process, over real multicast on the"
                        + " loopback interface that loses datagrams; then compares what they have. Needs nothing, leaves nothing.")
final class DemoCommand extends TransferCommand {
    private static final Duration LONGEST_START = Duration.ofSeconds(30);
    private static final Duration LONGEST_TRANSFER = Duration.ofMinutes(10);

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "256M",
            converter = SizeConverter.class,
            description = "Length of the image, such as 256M. Default: 256M.")
    long size;

    @Option(names = "--receivers", paramLabel = "N", defaultValue = "3", description = "Default: 3.")
    int receivers;

    @Option(
            names = "--loss",
            paramLabel = "PERCENT",
            defaultValue = "2",
            converter = PercentConverter.class,
            description = "Datagrams lost on the way to and from each receiver. Default: 2.")
    double loss;

    @Option(names = "--rate", paramLabel = "RATE", defaultValue = "200M", description = "Default: 200M.")
    DataRate rate;

    @Option(names = "--sealed", description = "Seal everything with a group key.")
    boolean sealed;

    @Mixin
    WatchOptions watch;

    private final SecureRandom random = new SecureRandom();

    @Override
    ExitCode transfer(Reporter reporter, Shutdown shutdown) throws Exception {
        if (size < 1 || receivers < 1 || receivers > 50 || loss > 0.5) {
            throw new IllegalArgumentException(
                    "the demo takes an image of at least 1 byte, 1 to 50 receivers, and at most 50 percent of loss");
        }
        Path room = Files.createTempDirectory("mimeo-demo-");
        AutoCloseable cleaning = () -> delete(room);
        shutdown.closes(cleaning);
        try {
            return transfer(room, reporter, shutdown);
        } finally {
            cleaning.close();
        }
    }

    private ExitCode transfer(Path directory, Reporter reporter, Shutdown shutdown) throws Exception {
        long free = Files.getFileStore(directory).getUsableSpace();
        if (free / (receivers + 1) < size) {
            throw new StorageException(directory + " has room for " + bytes(free) + ", the demo needs "
                    + (receivers + 1) + " times " + bytes(size) + ": choose a smaller --size, or another place with"
                    + " java -Djava.io.tmpdir=DIR");
        }
        Path image = directory.resolve("demo.img");
        DemoImage.create(image, size, new SplittableRandom(random.nextLong()));

        display.say("One sender, " + receivers + " receivers, an image of " + bytes(size) + ", " + share(loss)
                + " of datagrams lost on every way; multicast on the loopback interface at "
                + bits(rate.bitsPerSecond()) + ".");
        List<DemoSeat> seats = new ArrayList<>();
        Optional<GroupKey> key = sealed ? Optional.of(GroupKey.random()) : Optional.empty();
        try (FaultyNetwork network = FaultyNetwork.open(receivers, random.nextLong());
                Watching watching = watch.open(spec.commandLine().getErr(), display);
                ImageSender sender = sender(key, network.senderGroup())
                        .networkInterface(network.networkInterface())
                        .timeToLive(0)
                        .rate(rate)
                        .sessionName("mimeo demo")
                        .startWhen(StartPolicy.anyOf(
                                StartPolicy.receivers(receivers), StartPolicy.afterOpening(LONGEST_START)))
                        .giveUpAfter(LONGEST_START)
                        .listener(reporter)
                        .open()) {
            network.everyLink(link -> link.loss(loss));
            shutdown.closes(network);
            shutdown.closes(sender);
            for (int i = 0; i < receivers; i++) {
                Path target = directory.resolve("receiver-" + (i + 1) + ".img");
                DemoSeat seat = DemoSeat.open(network, i, target, key, display);
                seats.add(seat);
                shutdown.closes(seat);
            }
            ImageSession session = sender.send(ImageSource.of(image));
            watching.add(session);
            reporter.watch(watching);
            SendReport report = session.await(LONGEST_TRANSFER);
            reporter.awaitLastEvent();
            return watching.end(judge(report, image, seats, network, reporter));
        } finally {
            seats.forEach(DemoSeat::close);
        }
    }

    private static ImageSender.Builder sender(Optional<GroupKey> key, MulticastGroup group) {
        ImageSender.Builder builder = ImageSender.to(group);
        return key.map(builder::groupKey).orElse(builder);
    }

    private ExitCode judge(
            SendReport report, Path image, List<DemoSeat> seats, FaultyNetwork network, Reporter reporter)
            throws IOException, InterruptedException {
        for (DemoSeat seat : seats) {
            seat.end();
        }
        display.say("Reading everything again, to compare:");
        String expected = Sha256.of(image);
        display.say("  sent        sha256 " + expected);
        ExitCode code = report.verifiedCount() == receivers ? ExitCode.VERIFIED : ExitCode.INCOMPLETE;
        for (DemoSeat seat : seats) {
            ExitCode seatCode = seat.compare(expected, display, json ? Optional.of(out()) : Optional.empty());
            code = seatCode == ExitCode.VERIFIED ? code : seatCode;
        }
        reporter.sendEnded(report, code == ExitCode.VERIFIED);
        display.say("The network lost " + network.lost() + " of " + network.offered() + " datagrams on purpose.");
        return code;
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }

    /** Reads {@code --size}. */
    static final class SizeConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) throws Exception {
            return MimeoCommand.converter(Quantities::size).convert(text);
        }
    }

    /** Reads {@code --loss}. */
    static final class PercentConverter implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) throws Exception {
            return MimeoCommand.converter(Quantities::percent).convert(text);
        }
    }
}

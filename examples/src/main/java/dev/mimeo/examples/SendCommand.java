package dev.mimeo.examples;

import dev.mimeo.ImageSender;
import dev.mimeo.ImageSession;
import dev.mimeo.ImageSource;
import dev.mimeo.MulticastGroup;
import dev.mimeo.NormObject;
import dev.mimeo.NormSendReport;
import dev.mimeo.NormSender;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.Redundancy;
import dev.mimeo.SendReport;
import dev.mimeo.SenderOptions;
import dev.mimeo.examples.MimeoCommand.NodeIdConverter;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mimeo send}: sends one image to whoever joins, or files to whoever speaks NORM. */
@Command(name = "send", description = "Sends an image to all receivers of a group, and says who has verified it.")
final class SendCommand extends TransferCommand {
    private static final Path STANDARD_INPUT = Path.of("-");

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "The image, of one file or several; - is standard input. With --plain-norm, any files.")
    List<Path> files;

    @Option(names = "--name", paramLabel = "N", description = "What receivers are shown. Default: the file's name.")
    Optional<String> name;

    @Option(names = "--image-version", paramLabel = "V", description = "The version that receivers are shown.")
    Optional<String> version;

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "What prepare wrote. Default: FILE.manifest; none for several files.")
    Optional<Path> manifest;

    @Option(
            names = "--spool",
            paramLabel = "DIR",
            description = "Where standard input is kept until it is sent. Default: where temporary files are.")
    Optional<Path> spool;

    @Mixin
    SigningOptions signing;

    @Option(names = "--plain-norm", description = "Send files to whatever receivers speak NORM; nothing is verified.")
    boolean plainNorm;

    @Option(names = "--group", paramLabel = "ADDR:PORT", required = true, description = "Where to send.")
    MulticastGroup group;

    @Mixin
    SourceOption source;

    @Mixin
    NetworkOptions network;

    @Mixin
    DscpOption dscp;

    @Mixin
    KeyOptions keys;

    @Mixin
    RateOptions rate;

    @Option(
            names = "--others-only",
            description = "No receiver is on this machine, which then need not hear all that it sends: faster.")
    boolean othersOnly;

    @Mixin
    StartOptions start;

    @Option(
            names = "--segment",
            paramLabel = "BYTES",
            description = "Content in a datagram. Default: 1408; 1360 if sealed.")
    Optional<Integer> segment;

    @Option(names = "--block", paramLabel = "N", description = "Segments in a block. Default: 128.")
    Optional<Integer> block;

    @Option(names = "--parity", paramLabel = "N", description = "Parity segments a block can have. Default: 32.")
    Optional<Integer> parity;

    @Option(
            names = "--proactive",
            paramLabel = "PERCENT",
            description = "Parity sent before anybody asks. Default: as much as most blocks turn out to need.")
    Optional<Integer> proactive;

    @Option(
            names = "--ack",
            paramLabel = "N",
            split = ",",
            converter = NodeIdConverter.class,
            description = "Node ids of plain NORM receivers that are to acknowledge, and are complete only then.")
    List<Integer> acknowledging = List.of();

    @Option(names = "--fec-id", paramLabel = "ID", description = "FEC Encoding ID: 129 or 5. Default: 129.")
    Optional<Integer> fecEncodingId;

    @Option(
            names = "--node-id",
            paramLabel = "N",
            converter = NodeIdConverter.class,
            description = "This sender's NORM node id. Default: random.")
    Optional<Integer> nodeId;

    @Option(names = "--operate", description = "Read commands from standard input while it runs: help lists them.")
    boolean operated;

    @Mixin
    WatchOptions watch;

    @Override
    ExitCode transfer(Reporter reporter, Shutdown shutdown) throws Exception {
        return plainNorm ? sendFiles(reporter, shutdown) : sendImage(reporter, shutdown);
    }

    private ExitCode sendImage(Reporter reporter, Shutdown shutdown) throws Exception {
        ImageSource image = image();
        ImageSender.Builder builder =
                configured(ImageSender.to(source.applyTo(group)).listener(reporter));
        start.configure(builder);
        try (Watching watching = watch.open(spec.commandLine().getErr(), display);
                ImageSender sender = builder.open()) {
            shutdown.closes(sender);
            ImageSession session = sender.send(image);
            watching.add(session);
            reporter.watch(watching);
            if (operated) {
                Operator.listen(() -> List.of(session), reporter, display);
            }
            SendReport report = session.await();
            reporter.awaitLastEvent();
            boolean complete = isComplete(report);
            reporter.sendEnded(report, complete && report.isVerifiedByAll());
            return watching.end(complete ? ExitCode.VERIFIED : ExitCode.INCOMPLETE);
        }
    }

    private ImageSource image() throws IOException {
        if (operated && files.contains(STANDARD_INPUT)) {
            throw new IllegalArgumentException("standard input (-) is the image; --operate reads commands from it");
        }
        ImageSource source = files.equals(List.of(STANDARD_INPUT)) ? standardInput() : files();
        return signing.applyTo(version.map(source::version).orElse(source));
    }

    private ImageSource files() {
        if (files.contains(STANDARD_INPUT) || spool.isPresent()) {
            throw new IllegalArgumentException("standard input (-) is an image by itself, and --spool is for it alone");
        }
        ImageSource source = ImageSource.of(files);
        source = manifest.map(source::manifest).orElse(source);
        return name.map(source::name).orElse(source);
    }

    private ImageSource standardInput() {
        if (name.isEmpty() || manifest.isPresent()) {
            throw new IllegalArgumentException("standard input (-) needs a --name, and takes no --manifest");
        }
        ReadableByteChannel channel = Channels.newChannel(System.in);
        return spool.map(directory -> ImageSource.pipe(channel, name.get(), directory))
                .orElseGet(() -> ImageSource.pipe(channel, name.get()));
    }

    /** Returns whether whoever was to acknowledge has, all others have verified, and they are enough. */
    private boolean isComplete(SendReport report) {
        boolean onlyAcknowledged = start.startNow && !acknowledging.isEmpty();
        return report.verifiedCount() >= start.minimumReceivers.orElse(onlyAcknowledged ? 0 : 1)
                && report.receivers().stream()
                        .map(ReceiverStatus::state)
                        .allMatch(state -> state == ReceiverStatus.State.VERIFIED
                                || state == ReceiverStatus.State.ACKNOWLEDGED
                                || state == ReceiverStatus.State.REFUSED);
    }

    private ExitCode sendFiles(Reporter reporter, Shutdown shutdown) throws Exception {
        if (start.isGiven()) {
            throw new IllegalArgumentException(
                    "--plain-norm does not wait, and is for everybody: leave out --start-now,"
                            + " --min-receivers, --max-wait, and what else says when to start or for whom");
        }
        if (watch.isGiven()) {
            throw new IllegalArgumentException(
                    "--plain-norm has no session to watch: leave out --dashboard and --report");
        }
        if (name.isPresent() || version.isPresent() || manifest.isPresent() || spool.isPresent() || signing.isGiven()) {
            throw new IllegalArgumentException(
                    "--plain-norm sends files: leave out --name, --image-version, --manifest,"
                            + " --spool, --sign, --serial and --not-after");
        }
        try (NormSender sender = configured(NormSender.to(source.applyTo(group)).listener(reporter))
                .open()) {
            shutdown.closes(sender);
            NormSendReport report =
                    sender.send(files.stream().map(NormObject::file).toList()).await();
            reporter.awaitLastEvent();
            reporter.sendEnded(report);
            return report.isAcknowledgedByAll() ? ExitCode.VERIFIED : ExitCode.INCOMPLETE;
        }
    }

    private <B extends SenderOptions<B>> B configured(B builder) throws IOException {
        keys.key().ifPresent(builder::groupKey);
        builder.networkInterfaces(network.interfaceNames).timeToLive(network.timeToLive);
        dscp.codePoint.ifPresent(builder::dscp);
        network.scope.apply(builder::allowGlobalScope);
        rate.configure(builder);
        if (othersOnly) {
            builder.excludeThisMachine();
        }
        segment.ifPresent(builder::segmentLength);
        block.ifPresent(builder::blockLength);
        parity.ifPresent(builder::parityCount);
        proactive.map(Redundancy::percent).ifPresent(builder::redundancy);
        fecEncodingId.ifPresent(builder::fecEncodingId);
        nodeId.ifPresent(builder::nodeId);
        return builder.acknowledgedBy(
                acknowledging.stream().mapToInt(Integer::intValue).toArray());
    }
}

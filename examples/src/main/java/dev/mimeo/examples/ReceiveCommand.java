package dev.mimeo.examples;

import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.NormReceiveReport;
import dev.mimeo.NormReceiver;
import dev.mimeo.NormTarget;
import dev.mimeo.ReceiveReport;
import dev.mimeo.ReceiverOptions;
import dev.mimeo.examples.MimeoCommand.NodeIdConverter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mimeo receive}: receives one image into a file, or files from whoever speaks NORM. */
@Command(name = "receive", description = "Receives an image from a group, verifies it, and only then puts it in place.")
final class ReceiveCommand extends TransferCommand {
    @Option(names = "--group", paramLabel = "ADDR:PORT", required = true, description = "Where to listen.")
    MulticastGroup group;

    @Option(names = "--interface", paramLabel = "IF", required = true, description = "Name or address, such as eth1.")
    String networkInterface;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "Where to store the image; with --plain-norm, a file, or a directory that is there.")
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

    @Option(
            names = "--plain-norm",
            description = "Receive files from whatever sender speaks NORM; nothing is verified.")
    boolean plainNorm;

    @Option(
            names = "--objects",
            paramLabel = "N",
            description = "With --plain-norm: end with so many. Default: when the sender has no more.")
    Optional<Integer> objects;

    @Option(names = "--unicast-nacks", description = "Ask for repairs at the sender alone, not in the group.")
    boolean unicastNacks;

    @Option(
            names = "--node-id",
            paramLabel = "N",
            converter = NodeIdConverter.class,
            description = "This receiver's NORM node id. Default: random.")
    Optional<Integer> nodeId;

    @Override
    ExitCode transfer(Reporter reporter, Shutdown shutdown) throws Exception {
        return plainNorm ? receiveFiles(reporter, shutdown) : receiveImage(reporter, shutdown);
    }

    private ExitCode receiveImage(Reporter reporter, Shutdown shutdown) throws Exception {
        if (objects.isPresent()) {
            throw new IllegalArgumentException("--objects is for --plain-norm: an image is one");
        }
        ImageReceiver.Builder builder = configured(ImageReceiver.from(group).listener(reporter));
        name.ifPresent(builder::name);
        try (ImageReceiver receiver = builder.open()) {
            shutdown.closes(receiver);
            ReceiveReport report = receiver.receive(ImageTarget.of(out)).await();
            reporter.awaitLastEvent();
            reporter.receiveEnded(report);
            return ExitCode.VERIFIED;
        }
    }

    private ExitCode receiveFiles(Reporter reporter, Shutdown shutdown) throws Exception {
        if (name.isPresent()) {
            throw new IllegalArgumentException("--name is for images: a NORM sender shows none");
        }
        NormReceiver.Builder builder = configured(NormReceiver.from(group).listener(reporter));
        objects.ifPresent(builder::objectCount);
        try (NormReceiver receiver = builder.open()) {
            shutdown.closes(receiver);
            NormTarget target = Files.isDirectory(out) ? NormTarget.directory(out) : NormTarget.file(out);
            NormReceiveReport report = receiver.receive(target).await();
            reporter.awaitLastEvent();
            reporter.tellStored();
            reporter.receiveEnded(report);
            return ExitCode.VERIFIED;
        }
    }

    private <B extends ReceiverOptions<B>> B configured(B builder) {
        nodeId.ifPresent(builder::nodeId);
        if (unicastNacks) {
            builder.unicastFeedback();
        }
        return builder.networkInterface(networkInterface).timeToLive(timeToLive).waitForSender(timeout);
    }
}

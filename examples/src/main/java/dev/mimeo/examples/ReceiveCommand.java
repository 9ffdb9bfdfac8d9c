package dev.mimeo.examples;

import dev.mimeo.DirectoryEntry;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.NormReceiveReport;
import dev.mimeo.NormReceiver;
import dev.mimeo.NormTarget;
import dev.mimeo.ReceiveReport;
import dev.mimeo.ReceiverOptions;
import dev.mimeo.SessionDirectory;
import dev.mimeo.examples.DemoCommand.SizeConverter;
import dev.mimeo.examples.MimeoCommand.NodeIdConverter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mimeo receive}: receives one image into a file, directory or device, or files from whoever speaks NORM. */
@Command(name = "receive", description = "Receives an image from a group, verifies it, and only then puts it in place.")
final class ReceiveCommand extends TransferCommand {
    @Option(names = "--group", paramLabel = "ADDR:PORT", description = "Where to listen; or say which --image.")
    Optional<MulticastGroup> group;

    @Option(
            names = "--image",
            paramLabel = "NAME|ID",
            description = "Find the session of this image in the directory, or have one opened.")
    Optional<String> image;

    @Mixin
    SourceOption source;

    @Mixin
    DirectoryOption directory;

    @Mixin
    KeyOptions keys;

    @Option(names = "--admission-token", paramLabel = "TOKEN", description = "What lets this machine take part.")
    Optional<String> token;

    @Mixin
    TrustOptions trust;

    @Option(names = "--interface", paramLabel = "IF", required = true, description = "Name or address, such as eth1.")
    String networkInterface;

    @Option(
            names = "--out",
            paramLabel = "FILE|DIR|DEVICE",
            required = true,
            description =
                    "Where to store the image: a file, a directory that is there, or, with --device, a block device."
                            + " What it holds already is not received again.")
    Path out;

    @Option(
            names = "--in-place",
            description =
                    "Change the file in place, which takes no room for a second copy; until the image is verified, the"
                            + " file is of no use.")
    boolean inPlace;

    @Option(
            names = "--device",
            description = "Overwrite the block device that --out names. It must not be mounted or in use.")
    boolean device;

    @Option(
            names = "--device-id",
            paramLabel = "NAME",
            description =
                    "Only if the link of that name in /dev/disk/by-id or /dev/disk/by-partuuid leads to the device.")
    Optional<String> deviceId;

    @Option(
            names = "--device-size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "Only if the device has exactly that size; 256G is 256 times 1,024 cubed bytes.")
    Optional<Long> deviceSize;

    @Option(names = "--fresh", description = "Receive everything, whatever --out holds already.")
    boolean fresh;

    @Option(names = "--name", paramLabel = "SEAT", description = "What the sender shows for this machine.")
    Optional<String> name;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10m",
            description = "How long to wait until a sender is heard. Default: 10m.")
    Duration timeout;

    @Mixin
    UnicastFromOptions unicast;

    @Option(
            names = "--ttl",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Routers to cross, plus one, for what this receiver sends; 0 stays on this machine. Default: 1.")
    int timeToLive;

    @Mixin
    ScopeOption scope;

    @Mixin
    DscpOption dscp;

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
        ImageTarget target = fresh ? target().fresh() : target();
        ImageReceiver.Builder builder =
                configured(ImageReceiver.from(findGroup()).listener(reporter));
        name.ifPresent(builder::name);
        token.ifPresent(builder::admissionToken);
        trust.configure(builder);
        unicast.configure(builder);
        try (ImageReceiver receiver = builder.open()) {
            shutdown.closes(receiver);
            ReceiveReport report = receiver.receive(target).await();
            reporter.awaitLastEvent();
            reporter.receiveEnded(report);
            return ExitCode.VERIFIED;
        }
    }

    private MulticastGroup findGroup() throws Exception {
        if (group.isPresent() == image.isPresent()) {
            throw new IllegalArgumentException("say either --group ADDR:PORT or --image NAME");
        }
        if (group.isPresent()) {
            return source.applyTo(group.get());
        }
        if (source.source.isPresent()) {
            throw new IllegalArgumentException(
                    "--source is for --group: of an --image the directory says who sends it");
        }
        SessionDirectory.Builder builder = directory.builder(timeToLive, scope, networkInterface);
        keys.key().ifPresent(builder::groupKey);
        try (SessionDirectory open = builder.open()) {
            DirectoryEntry entry = open.find(image.get(), timeout);
            display.say(Words.entry(entry));
            return entry.group().orElseThrow();
        } catch (TimeoutException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private ImageTarget target() {
        if (device) {
            if (inPlace) {
                throw new IllegalArgumentException("--in-place is for files: a device has no other way");
            }
            ImageTarget.Device target = ImageTarget.device(out);
            target = deviceSize.isPresent() ? target.size(deviceSize.get()) : target;
            return deviceId.isPresent() ? target.identity(deviceId.get()) : target;
        }
        if (deviceId.isPresent() || deviceSize.isPresent()) {
            throw new IllegalArgumentException("--device-id and --device-size are for --device");
        }
        if (Files.exists(out) && !Files.isRegularFile(out) && !Files.isDirectory(out)) {
            throw new IllegalArgumentException(
                    out + " is neither a file nor a directory; to overwrite a block device, say --device as well");
        }
        if (inPlace) {
            return ImageTarget.inPlace(out);
        }
        return Files.isDirectory(out) ? ImageTarget.directory(out) : ImageTarget.of(out);
    }

    private ExitCode receiveFiles(Reporter reporter, Shutdown shutdown) throws Exception {
        if (trust.isGiven()) {
            throw new IllegalArgumentException("--trust, --min-serial, --expect and --ignore-not-after are for images:"
                    + " plain NORM has no manifest to sign");
        }
        if (unicast.sender.isPresent()) {
            throw new IllegalArgumentException("--unicast-from is for images");
        }
        if (inPlace || device || deviceId.isPresent() || deviceSize.isPresent() || fresh) {
            throw new IllegalArgumentException(
                    "--in-place, --device and --fresh are for images: plain NORM has no hashes to go by");
        }
        if (name.isPresent() || image.isPresent() || token.isPresent() || group.isEmpty()) {
            throw new IllegalArgumentException(
                    "plain NORM knows --group only: --name, --image and --admission-token are for images");
        }
        NormReceiver.Builder builder =
                configured(NormReceiver.from(source.applyTo(group.get())).listener(reporter));
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

    private <B extends ReceiverOptions<B>> B configured(B builder) throws IOException {
        keys.key().ifPresent(builder::groupKey);
        nodeId.ifPresent(builder::nodeId);
        if (unicastNacks) {
            builder.unicastFeedback();
        }
        scope.apply(builder::allowGlobalScope);
        dscp.codePoint.ifPresent(builder::dscp);
        return builder.networkInterface(networkInterface).timeToLive(timeToLive).waitForSender(timeout);
    }
}

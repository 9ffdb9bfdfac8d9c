package dev.mimeo.internal;

import dev.mimeo.DataRate;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.NormReceiver;
import dev.mimeo.NormSender;
import dev.mimeo.ReceiveReport;
import dev.mimeo.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A sender and some receivers on the loopback interface, in a directory of their own; closes what it opened. */
final class Classroom implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(40);
    static final int SEGMENT_LENGTH = 1_408;

    private final MulticastGroup group;
    private final Path directory;
    private final Deque<Runnable> open = new ArrayDeque<>();

    Classroom(Path directory) {
        this(directory, Addressing.IPV4);
    }

    /** In a group of another kind. */
    Classroom(Path directory, Addressing kind) {
        this.directory = directory;
        this.group = Loopback.group(kind);
    }

    MulticastGroup group() {
        return group;
    }

    /** Options of a sender here. */
    ImageSender.Builder sender() {
        ImageSender.Builder sender = new ImageSenderBuilder(group)
                .networkInterface(Loopback.INTERFACE)
                .timeToLive(0)
                .rate(DataRate.ofMegabits(400));
        return group.isLocalScope() ? sender : sender.allowGlobalScope();
    }

    /** Options of a receiver here. */
    ImageReceiver.Builder receiver() {
        ImageReceiver.Builder receiver = new ImageReceiverBuilder(group)
                .networkInterface(Loopback.INTERFACE)
                .timeToLive(0);
        return group.isLocalScope() ? receiver : receiver.allowGlobalScope();
    }

    /** Options of a sender of plain NORM here. */
    NormSender.Builder normSender() {
        return new NormSenderBuilder(group)
                .networkInterface(Loopback.INTERFACE)
                .timeToLive(0)
                .rate(DataRate.ofMegabits(400));
    }

    /** Options of a receiver of plain NORM here. */
    NormReceiver.Builder normReceiver() {
        return new NormReceiverBuilder(group)
                .networkInterface(Loopback.INTERFACE)
                .timeToLive(0);
    }

    /** Opens as a user does. */
    NormSender open(NormSender.Builder options) throws IOException {
        return closeLater(options.open(), NormSender::close);
    }

    /** Opens as a user does. */
    NormReceiver open(NormReceiver.Builder options) throws IOException {
        return closeLater(options.open(), NormReceiver::close);
    }

    NormSender open(NormSender.Builder options, MulticastPort port) {
        return closeLater(
                new DefaultNormSender((NormSenderBuilder) options, new SenderSettings.SenderPort(port, SEGMENT_LENGTH)),
                NormSender::close);
    }

    NormReceiver open(NormReceiver.Builder options, MulticastPort port, TargetStorage storage) {
        return closeLater(new DefaultNormReceiver((NormReceiverBuilder) options, storage, port), NormReceiver::close);
    }

    /** Opens as a user does. */
    ImageSender open(ImageSender.Builder options) throws IOException {
        return closeLater(options.open(), ImageSender::close);
    }

    /** Opens as a user does. */
    ImageReceiver open(ImageReceiver.Builder options) throws IOException {
        return closeLater(options.open(), ImageReceiver::close);
    }

    ImageSender open(ImageSender.Builder options, MulticastPort port) {
        return closeLater(
                new DefaultImageSender(
                        (ImageSenderBuilder) options, new SenderSettings.SenderPort(port, SEGMENT_LENGTH)),
                ImageSender::close);
    }

    ImageReceiver open(ImageReceiver.Builder options, MulticastPort port, TargetStorage storage) {
        return closeLater(
                new DefaultImageReceiver((ImageReceiverBuilder) options, storage, port), ImageReceiver::close);
    }

    /** Opens a port of a sender with a bad network. */
    TestPort senderPort(long seed) throws IOException {
        return port(group.fromAnybody(), seed);
    }

    /** Opens a port with a bad network. */
    TestPort port(long seed) throws IOException {
        return port(group, seed);
    }

    private static TestPort port(MulticastGroup group, long seed) throws IOException {
        InterfaceFacts loopback =
                new InterfaceChoice(InterfaceFacts.ofThisMachine(), group).choose(Optional.of(Loopback.INTERFACE));
        return new TestPort(DatagramPort.open(group, List.of(loopback), Outlet.of(0)), seed);
    }

    Transfer<ReceiveReport> receive(ImageReceiver receiver, String name) {
        return receiver.receive(ImageTarget.of(path(name)));
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    Path image(byte[] content) throws IOException {
        return Files.write(path("image.raw"), content);
    }

    /** Returns the names of the files here, sorted. */
    List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private <T> T closeLater(T resource, Consumer<T> close) {
        open.push(() -> close.accept(resource));
        return resource;
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().run();
        }
    }
}

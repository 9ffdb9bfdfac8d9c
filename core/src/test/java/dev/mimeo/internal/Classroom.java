package dev.mimeo.internal;

import dev.mimeo.DataRate;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
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
import java.util.stream.Stream;

/** A sender and some receivers on the loopback interface, in a directory of their own; closes what it opened. */
final class Classroom implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(40);
    static final int SEGMENT_LENGTH = 1_408;

    private final MulticastGroup group = Loopback.group();
    private final Path directory;
    private final Deque<Runnable> open = new ArrayDeque<>();

    Classroom(Path directory) {
        this.directory = directory;
    }

    MulticastGroup group() {
        return group;
    }

    /** Options of a sender here. */
    SenderBuilder sender() {
        return new SenderBuilder(group)
                .networkInterface(Loopback.INTERFACE)
                .timeToLive(0)
                .rate(DataRate.ofMegabits(400));
    }

    /** Options of a receiver here. */
    ReceiverBuilder receiver() {
        return new ReceiverBuilder(group).networkInterface(Loopback.INTERFACE).timeToLive(0);
    }

    /** Opens as a user does. */
    ImageSender open(SenderBuilder options) throws IOException {
        return closeLater(options.open());
    }

    /** Opens as a user does. */
    ImageReceiver open(ReceiverBuilder options) throws IOException {
        return closeLater(options.open());
    }

    ImageSender open(SenderBuilder options, MulticastPort port) {
        return closeLater(DefaultImageSender.open(options, SEGMENT_LENGTH, port));
    }

    ImageReceiver open(ReceiverBuilder options, MulticastPort port, TargetStorage storage) {
        return closeLater(DefaultImageReceiver.open(options, storage, port));
    }

    /** Opens a port with a bad network. */
    TestPort port(long seed) throws IOException {
        InterfaceFacts loopback =
                new InterfaceChoice(InterfaceFacts.ofThisMachine(), group).choose(Optional.of(Loopback.INTERFACE));
        return new TestPort(DatagramPort.open(group, loopback, 0, true), seed);
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

    private ImageSender closeLater(ImageSender sender) {
        open.push(sender::close);
        return sender;
    }

    private ImageReceiver closeLater(ImageReceiver receiver) {
        open.push(receiver::close);
        return receiver;
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().run();
        }
    }
}

package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.MulticastGroup;
import dev.mimeo.internal.Endpoint.Received;
import dev.mimeo.internal.Party.Seat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Runs one case to its end, and judges it. */
final class InteropRun implements AutoCloseable {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long WINDOW_NANOS = 1_000_000_000;
    /** The least of the rate that it begins with. */
    private static final double RAISED = 1.2;

    private static final int SENDER_ID = 1;
    private static final int FIRST_RECEIVER_ID = 101;

    private final InteropCase test;
    private final Path directory;
    private final long seed;
    private final MulticastGroup group;
    private final SessionClock clock = new SessionClock();
    private final WireRecorder recorder;
    private final List<Path> sources = new ArrayList<>();
    private final List<Endpoint> receivers = new ArrayList<>();
    /** The last one is the one that sends. */
    private final List<Endpoint> senders = new ArrayList<>();

    /** Runs {@code test} in a new directory. */
    InteropRun(InteropCase test, Path directory, long seed) throws IOException {
        this.test = test;
        this.directory = Files.createDirectories(directory);
        this.seed = seed;
        group = Loopback.group(test.addressing());
        recorder = WireRecorder.open(group);
    }

    /** Runs the case. */
    InteropResult run() throws IOException, InterruptedException {
        writeSources();
        int late = test.lateCount();
        IntStream.range(0, test.receivers().size() - late).forEach(this::openReceiver);
        while (!receivers.stream().allMatch(Endpoint::isReady)) {
            turn();
        }
        openSender();
        long start = clock.nanos();
        if (late > 0 || test.isSenderRestarted()) {
            while (recorder.bytesFrom(SENDER_ID) < test.length() / 2) {
                turn();
            }
            if (test.isSenderRestarted()) {
                senders.get(0).kill();
                openSender();
            }
            IntStream.range(test.receivers().size() - late, test.receivers().size())
                    .forEach(this::openReceiver);
        }
        double fastest = 0;
        long windowNanos = start;
        long windowBytes = recorder.bytesFrom(SENDER_ID);
        while (!isReached()) {
            turn();
            if (clock.nanos() - windowNanos >= WINDOW_NANOS) {
                fastest = Math.max(fastest, rateSince(windowNanos, windowBytes));
                windowNanos = clock.nanos();
                windowBytes = recorder.bytesFrom(SENDER_ID);
            }
        }
        double raised = Math.max(fastest, rateSince(start, 0));
        long nanos = clock.nanos() - start;
        long bytes = recorder.bytesFrom(SENDER_ID);
        // With loss it is TCP's rate, which falls with the round trip time: on a busy machine that may be anything.
        test.congestionControl()
                .filter(floor -> test.receiverLoss() == 0)
                .ifPresent(floor -> assertThat(raised)
                        .as("bytes in the best second, which feedback has raised")
                        .isGreaterThan(RAISED * floor.bytesPerSecond()));
        for (int i = 0; i < receivers.size(); i++) {
            judge(i);
        }
        assertThat(names(directory))
                .as("nothing beside the directories of the receivers")
                .hasSize(1 + receivers.size());
        return InteropResult.passed(test, nanos, bytes);
    }

    private void writeSources() throws IOException {
        Path sent = Files.createDirectory(directory.resolve("sent"));
        for (InteropObject object : test.objects()) {
            Path source = sent.resolve("object-" + sources.size());
            object.write(source);
            sources.add(source);
        }
    }

    private void openReceiver(int index) {
        try {
            Path target = Files.createDirectory(directory.resolve("received-" + index));
            receivers.add(test.receivers().get(index).receive(seat(FIRST_RECEIVER_ID + index, target)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void openSender() throws IOException {
        senders.add(test.sender().send(seat(SENDER_ID, directory)));
    }

    private Seat seat(int nodeId, Path target) {
        List<Integer> receiverIds = IntStream.range(
                        FIRST_RECEIVER_ID, FIRST_RECEIVER_ID + test.receivers().size())
                .boxed()
                .toList();
        return new Seat(test, group, nodeId, receiverIds, sources, target, seed * 1_000 + nodeId);
    }

    private double rateSince(long startNanos, long bytes) {
        return (double) (recorder.bytesFrom(SENDER_ID) - bytes) / (clock.nanos() - startNanos) * NANOS_PER_SECOND;
    }

    private void turn() throws InterruptedException {
        Stream.concat(senders.stream(), receivers.stream())
                .map(Endpoint::failure)
                .flatMap(Optional::stream)
                .forEach(failure -> {
                    throw new AssertionError(failure);
                });
        if (clock.nanos() > test.atMost().toNanos()) {
            throw new AssertionError("it has not ended after " + test.atMost());
        }
        Thread.sleep(2);
    }

    /** Everybody has everything and, if it was asked for, has said so. */
    private boolean isReached() {
        boolean all = IntStream.range(0, receivers.size())
                .allMatch(index -> receivers.get(index).received().size() >= expectedCount(index));
        return all
                && (!test.isAcknowledged()
                        || sender().acknowledgements()
                                .equals(new HashSet<>(seat(0, directory).plainReceiverIds())));
    }

    private Endpoint sender() {
        return senders.get(senders.size() - 1);
    }

    /** An image is described by an object of its own, which means something to receivers of images only. */
    private int expectedCount(int receiver) {
        boolean hearsManifest =
                !test.sender().isPlain() && test.receivers().get(receiver).isPlain();
        return test.objects().size() + (hearsManifest ? 1 : 0);
    }

    private void judge(int receiver) throws IOException {
        Path target = directory.resolve("received-" + receiver);
        List<Received> received = new ArrayList<>(receivers.get(receiver).received());
        assertThat(received).hasSize(expectedCount(receiver));
        assertThat(received).allSatisfy(object -> assertThat(object.path()).hasParent(target));
        for (int i = 0; i < sources.size(); i++) {
            InteropObject sent = test.objects().get(i);
            Path source = sources.get(i);
            Received match = received.stream()
                    .filter(object -> isSame(sent, source, object))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("receiver " + receiver + " lacks " + sent + "; it has "
                            + receivers.get(receiver).received()));
            received.remove(match);
            sent.name().ifPresent(name -> assertWithin(target, name));
        }
    }

    private static boolean isSame(InteropObject sent, Path source, Received object) {
        try {
            return object.isFile() == sent.isFile()
                    && object.length() == sent.length()
                    && shown(object.name()).equals(shown(sent.name()))
                    && Files.mismatch(source, object.path()) < 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Users are shown names without control characters. */
    private static Optional<String> shown(Optional<String> name) {
        return name.map(text -> text.replaceAll("[\\p{Cntrl}\uFFFD]", "_"));
    }

    private static void assertWithin(Path target, String name) {
        Path named = target.resolve(name).normalize();
        if (!target.equals(named.getParent()) && !target.startsWith(named)) {
            assertThat(named).doesNotExist();
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** Writes the headers of what was on the wire. */
    void saveCapture(Path capture) throws IOException {
        recorder.save(capture);
    }

    /** Returns what everybody was told and said, with the headers of what was on the wire in a file at {@code capture}. */
    String evidence(Path capture) throws IOException {
        saveCapture(capture);
        StringBuilder text =
                new StringBuilder(test + "\nseed " + seed + " on " + group + ", headers in " + capture + "\n");
        senders.forEach(sender -> text.append("--- sender: ").append(sender.transcript()));
        receivers.forEach(receiver -> text.append("--- receiver: ").append(receiver.transcript()));
        return text.toString();
    }

    @Override
    public void close() {
        senders.forEach(Endpoint::kill);
        receivers.forEach(Endpoint::kill);
        recorder.close();
    }
}

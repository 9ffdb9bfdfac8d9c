package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mimeo.DataRate;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSource;
import dev.mimeo.ImageTarget;
import dev.mimeo.ReceiveReport;
import dev.mimeo.SendReport;
import dev.mimeo.StartPolicy;
import dev.mimeo.StorageException;
import dev.mimeo.Transfer;
import dev.mimeo.TransferListener;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.kit.Fault;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a target holds already is not sent again, and what it holds in the end is right, over real sockets. */
@Timeout(90)
class ResumeIT {
    private static final Duration PATIENCE = Classroom.PATIENCE;
    private static final int CHUNK = 1 << 20;
    /** Blocks straddle chunks: two of them at the ends of every run of chunks that is needed. */
    private static final int EDGES = 2 * 128 * Classroom.SEGMENT_LENGTH;

    @TempDir
    Path directory;

    private final byte[] content = TestImage.random(10 * CHUNK - 5, 1);
    private Classroom room;

    @BeforeEach
    void openRoom() {
        room = new Classroom(directory);
    }

    @AfterEach
    void closeRoom() {
        room.close();
        Eventually.holds(() -> Threads.named("mimeo-").isEmpty());
    }

    @Test
    void aReceiverThatWasCancelledGoesOnWhereItWas() throws Exception {
        Transfer<ReceiveReport> first = room.receive(room.open(room.receiver()), "copy");
        Transfer<SendReport> sent =
                room.open(room.sender().rate(DataRate.ofMegabits(100))).send(ImageSource.of(room.image(content)));
        Eventually.holds(() -> first.progress().bytes() >= 4 * CHUNK);
        first.cancel();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> first.await(PATIENCE));
        sent.await(PATIENCE);
        assertThat(room.files()).containsExactly(".copy.mimeo-part", "image.raw");

        Outcome again = transfer(ImageTarget.of(room.path("copy")));
        long present = again.received().presentBytes();
        assertThat(present).isGreaterThanOrEqualTo(4 * CHUNK).isLessThan(content.length);
        assertThat(again.sent().sourceBytes()).isLessThanOrEqualTo(content.length - present + EDGES);
        assertThat(room.files()).containsExactly("copy", "image.raw");
    }

    @Test
    void aReceiverThatComesBackDuringTheTransferAsksOnlyForTheRest() throws Exception {
        Transfer<ReceiveReport> other = room.receive(room.open(room.receiver()), "other");
        ImageReceiver receiver = room.open(room.receiver());
        Transfer<ReceiveReport> first = room.receive(receiver, "copy");
        Transfer<SendReport> sent = room.open(
                        room.sender().startWhen(StartPolicy.receivers(2)).rate(DataRate.ofMegabits(60)))
                .send(ImageSource.of(room.image(content)));
        Eventually.holds(() -> first.progress().bytes() >= 4 * CHUNK);
        first.cancel();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> first.await(PATIENCE));
        ReceiveReport report = room.receive(receiver, "copy").await(PATIENCE);
        assertThat(report.presentBytes()).isGreaterThanOrEqualTo(4 * CHUNK);
        assertThat(report.path()).hasBinaryContent(content);
        other.await(PATIENCE);
        assertThat(sent.await(PATIENCE).sourceBytes() + sent.await(PATIENCE).repairBytes())
                .isLessThan(2L * content.length - report.presentBytes());
    }

    @Test
    void ofAnOlderVersionOnlyWhatDiffersIsSent() throws Exception {
        byte[] old = content.clone();
        old[3 * CHUNK + 17] ^= 1;
        Files.write(room.path("copy"), old);
        Outcome outcome = transfer(ImageTarget.of(room.path("copy")));
        assertThat(outcome.received().presentBytes()).isEqualTo(content.length - CHUNK);
        assertThat(outcome.sent().sourceBytes()).isBetween((long) CHUNK, (long) CHUNK + EDGES + CHUNK / 10);
        assertThat(outcome.received().wireBytes()).isLessThan(2L * CHUNK);
    }

    @Test
    void whoeverIsUpToDateIsSentTheManifestAlone() throws Exception {
        Files.write(room.path("copy"), content);
        Object before = Files.readAttributes(room.path("copy"), "unix:ino,lastModifiedTime");
        Outcome outcome = transfer(ImageTarget.of(room.path("copy")));
        assertThat(outcome.received().presentBytes()).isEqualTo(content.length);
        assertThat(outcome.sent().sourceBytes()).isLessThan(2_000);
        assertThat(Files.readAttributes(room.path("copy"), "unix:ino,lastModifiedTime"))
                .isEqualTo(before);
    }

    @Test
    void receiversOfDifferentVersionsAreServedInOnePass() throws Exception {
        byte[] first = content.clone();
        first[0] ^= 1;
        byte[] second = content.clone();
        second[9 * CHUNK] ^= 1;
        Files.write(room.path("first"), first);
        Files.write(room.path("second"), second);
        Transfer<ReceiveReport> one = room.receive(room.open(room.receiver()), "first");
        Transfer<ReceiveReport> two = room.receive(room.open(room.receiver()), "second");
        SendReport report = room.open(room.sender().startWhen(StartPolicy.receivers(2)))
                .send(ImageSource.of(room.image(content)))
                .await(PATIENCE);
        assertThat(report.verifiedCount()).isEqualTo(2);
        assertThat(report.sourceBytes()).isLessThan(2 * CHUNK + 2 * EDGES + CHUNK / 10);
        assertThat(one.await(PATIENCE).path()).hasBinaryContent(content);
        assertThat(two.await(PATIENCE).path()).hasBinaryContent(content);
    }

    @Test
    void afreshEverythingIsReceived() throws Exception {
        Files.write(room.path("copy"), content);
        Outcome outcome = transfer(ImageTarget.of(room.path("copy")).fresh());
        assertThat(outcome.received().presentBytes()).isZero();
        assertThat(outcome.sent().sourceBytes()).isGreaterThanOrEqualTo(content.length);
    }

    @Fault("F22")
    @Test
    void aPartFileOfAnotherImageIsNeverMixedIn() throws Exception {
        Files.write(room.path(".copy.mimeo-part"), TestImage.random(12 * CHUNK, 9));
        Outcome outcome = transfer(ImageTarget.of(room.path("copy")));
        assertThat(outcome.received().presentBytes()).isZero();
    }

    @Fault("F46")
    @Test
    void aFullDiskFailsAndOnceThereIsRoomTheTransferGoesOn() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        storage.room = 5 * CHUNK + 1;
        Path image = room.image(content);
        ImageReceiver receiver = room.open(room.receiver(), room.port(1), storage);
        Transfer<ReceiveReport> full = room.receive(receiver, "copy");
        Transfer<SendReport> sent =
                room.open(room.sender().rate(DataRate.ofMegabits(100))).send(ImageSource.of(image));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> full.await(PATIENCE))
                .withMessageContaining(room.path("copy") + ": No space left on device");
        sent.await(PATIENCE);
        assertThat(room.files()).containsExactly(".copy.mimeo-part", "image.raw");

        storage.room = Long.MAX_VALUE;
        Transfer<ReceiveReport> freed = room.receive(receiver, "copy");
        room.open(room.sender()).send(ImageSource.of(image)).await(PATIENCE);
        ReceiveReport report = freed.await(PATIENCE);
        assertThat(report.presentBytes()).isPositive();
        assertThat(report.path()).hasBinaryContent(content);
    }

    @Test
    void twoReceiversOfOneTargetAreNotMixed() throws Exception {
        Transfer<ReceiveReport> first = room.receive(room.open(room.receiver()), "copy");
        Transfer<ReceiveReport> second = room.receive(room.open(room.receiver()), "copy");
        SendReport report = room.open(room.sender().startWhen(StartPolicy.receivers(2)))
                .send(ImageSource.of(room.image(content)))
                .await(PATIENCE);
        assertThat(report.verifiedCount()).isEqualTo(1);
        assertThat(List.of(first, second))
                .filteredOn(transfer -> transfer.completion().isCompletedExceptionally())
                .singleElement()
                .satisfies(refused -> assertThatExceptionOfType(StorageException.class)
                        .isThrownBy(() -> refused.await(PATIENCE))
                        .withMessageContaining("another receiver uses it"));
        assertThat(room.path("copy")).hasBinaryContent(content);
    }

    @Test
    void aFileIsChangedInPlace() throws Exception {
        byte[] garbage = TestImage.random(11 * CHUNK, 3);
        System.arraycopy(content, 2 * CHUNK, garbage, 2 * CHUNK, CHUNK);
        Arrays.fill(content, 5 * CHUNK, 7 * CHUNK, (byte) 0);
        Files.write(room.path("copy"), garbage);
        Outcome outcome = transfer(ImageTarget.inPlace(room.path("copy")));
        assertThat(outcome.received().presentBytes()).isEqualTo(CHUNK);
    }

    @Test
    void aDirectoryGetsTheImageUnderItsName() throws Exception {
        Path into = Files.createDirectory(room.path("into"));
        Path image = Files.write(room.path("lab.img"), content);
        Transfer<ReceiveReport> transfer = room.open(room.receiver()).receive(ImageTarget.directory(into));
        room.open(room.sender()).send(ImageSource.of(image)).await(PATIENCE);
        assertThat(transfer.await(PATIENCE).paths()).containsExactly(into.resolve("lab.img"));
        assertThat(into.resolve("lab.img")).hasBinaryContent(content);
    }

    @Test
    void aChannelOfTheCallerGetsTheImage() throws Exception {
        Path copy = room.path("copy");
        try (FileChannel channel =
                FileChannel.open(copy, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Transfer<ReceiveReport> transfer = room.open(room.receiver()).receive(ImageTarget.channel(channel));
            room.open(room.sender()).send(ImageSource.of(room.image(content))).await(PATIENCE);
            assertThat(transfer.await(PATIENCE).paths()).isEmpty();
            assertThat(channel.isOpen()).isTrue();
        }
        assertThat(copy).hasBinaryContent(content);
    }

    @Test
    void theCheckIsShownAndMayBeCancelled() throws Exception {
        Files.write(room.path(".copy.mimeo-part"), content);
        FaultyStorage storage = new FaultyStorage();
        storage.readNanos = 200_000_000;
        List<TransferPhase> phases = new CopyOnWriteArrayList<>();
        ImageReceiver receiver = room.open(
                room.receiver().listener(new TransferListener() {
                    @Override
                    public void phaseChanged(TransferPhase phase) {
                        phases.add(phase);
                    }
                }),
                room.port(1),
                storage);
        Transfer<ReceiveReport> transfer = room.receive(receiver, "copy");
        room.open(room.sender()).send(ImageSource.of(room.image(content)));
        Eventually.holds(() -> transfer.progress().phase() == TransferPhase.CHECKING
                && transfer.progress().bytes() > 0);
        assertThat(transfer.progress().totalBytes()).isEqualTo(2L * content.length);
        SessionClock clock = new SessionClock();
        transfer.cancel();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> transfer.await(PATIENCE));
        assertThat(clock.nanos()).isLessThan(2_000_000_000);
        Eventually.holds(() -> phases.contains(TransferPhase.CHECKING));
        assertThat(room.path(".copy.mimeo-part")).hasBinaryContent(content);
    }

    private record Outcome(SendReport sent, ReceiveReport received) {}

    /** Sends the content to one receiver, and sees that it is at the target. */
    private Outcome transfer(ImageTarget target) throws Exception {
        Transfer<ReceiveReport> transfer = room.open(room.receiver()).receive(target);
        SendReport sent = room.open(room.sender())
                .send(ImageSource.of(room.image(content)))
                .await(PATIENCE);
        ReceiveReport received = transfer.await(PATIENCE);
        assertThat(sent.isVerifiedByAll()).isTrue();
        assertThat(received.path()).hasBinaryContent(content);
        assertThat(room.files()).containsExactly("copy", "image.raw");
        return new Outcome(sent, received);
    }
}

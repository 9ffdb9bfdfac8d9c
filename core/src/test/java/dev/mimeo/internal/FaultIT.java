package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.groups.Tuple.tuple;

import dev.mimeo.DataRate;
import dev.mimeo.Environment;
import dev.mimeo.GroupKey;
import dev.mimeo.ImageCorruptException;
import dev.mimeo.ImageDescription;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.ImageTarget;
import dev.mimeo.ReceiveReport;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.RepairUnavailableException;
import dev.mimeo.SendReport;
import dev.mimeo.SenderLostException;
import dev.mimeo.StartPolicy;
import dev.mimeo.StorageException;
import dev.mimeo.Transfer;
import dev.mimeo.TransferListener;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong on the way: every receiver ends with the right bytes, or with a typed failure and nothing at its target. */
@Timeout(90)
class FaultIT {
    private static final Duration PATIENCE = Classroom.PATIENCE;

    @TempDir
    Path directory;

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

    @Fault("F1")
    @Test
    void lostDatagramsAreRepaired() throws Exception {
        byte[] content = TestImage.random(5_000_000, 1);
        List<Transfer<ReceiveReport>> transfers = new ArrayList<>();
        for (int seat = 0; seat < 3; seat++) {
            TestPort port = room.port(seat).loss(0.05);
            transfers.add(room.receive(room.open(room.receiver(), port, TargetStorage.LOCAL), "copy " + seat));
        }
        TestPort port = room.port(99).loss(0.05);
        SendReport report = send(room.open(room.sender().startWhen(StartPolicy.receivers(3)), port), content);
        assertThat(report.verifiedCount()).isEqualTo(3);
        assertThat(report.nacks()).isPositive();
        assertThat(report.repairBytes()).isPositive().isLessThan(content.length);
        for (Transfer<ReceiveReport> transfer : transfers) {
            assertThat(transfer.await(PATIENCE).path()).hasBinaryContent(content);
        }
    }

    @Test
    void requestsMayGoToTheSenderAlone() throws Exception {
        byte[] content = TestImage.random(3_000_000, 2);
        Transfer<ReceiveReport> transfer = room.receive(
                room.open(room.receiver().unicastFeedback(), room.port(1).loss(0.05), TargetStorage.LOCAL), "copy");
        SendReport report = send(room.open(room.sender()), content);
        assertThat(report.nacks()).isPositive();
        assertThat(transfer.await(PATIENCE).path()).hasBinaryContent(content);
    }

    @Fault("F6")
    @Test
    void repeatedDatagramsChangeNothing() throws Exception {
        byte[] content = TestImage.random(3_000_000, 3);
        Transfer<ReceiveReport> transfer =
                room.receive(room.open(room.receiver(), room.port(1).duplication(0.5), TargetStorage.LOCAL), "copy");
        send(room.open(room.sender(), room.port(2).duplication(0.5)), content);
        ReceiveReport report = transfer.await(PATIENCE);
        assertThat(report.path()).hasBinaryContent(content);
        assertThat(report.duplicates()).isGreaterThan(500);
    }

    @Fault("F31")
    @Test
    void forgedContentIsFoundAndHealed() throws Exception {
        byte[] content = TestImage.random(4_000_000, 4);
        TestPort port = room.port(1).forge(4);
        Transfer<ReceiveReport> transfer = room.receive(room.open(room.receiver(), port, TargetStorage.LOCAL), "copy");
        SendReport report = send(room.open(room.sender()), content);
        assertThat(transfer.await(PATIENCE).path()).hasBinaryContent(content);
        assertThat(report.isVerifiedByAll()).isTrue();
        assertThat(port.forgedCount()).isEqualTo(4);
    }

    @Fault("F7")
    @ParameterizedTest
    @ValueSource(doubles = {0.02, 0.3})
    void sealedWhatIsDamagedIsCountedAndRepaired(double share, FaultRecord record) throws Exception {
        byte[] content = TestImage.random(500_000, 20);
        GroupKey key = GroupKey.random();
        TestPort port = room.port(1).corruption(share);
        Transfer<ReceiveReport> transfer =
                room.receive(room.open(room.receiver().groupKey(key), port, TargetStorage.LOCAL), "copy");
        send(room.open(room.sender().groupKey(key)), content);
        ReceiveReport report = transfer.await(PATIENCE);
        assertThat(report.path()).hasBinaryContent(content);
        record.atLeast(
                "counted as dropped of those damaged until the end was confirmed, at " + 100 * share + " %",
                (double) (report.dropped().malformed() + report.dropped().unauthentic()) / port.corruptedCount(),
                0.8);
    }

    /** Twice what the largest buffer holds, at this rate. */
    @Test
    @Fault("F15")
    void whatOverrunsTheReceiveBufferIsRepaired(FaultRecord record) throws Exception {
        byte[] content = TestImage.random(60_000_000, 21);
        TestPort port = room.port(1).pause(5_000, 700_000_000);
        Transfer<ReceiveReport> transfer = room.receive(room.open(room.receiver(), port, TargetStorage.LOCAL), "copy");
        SendReport report = send(room.open(room.sender().rate(DataRate.ofMegabits(400))), content);
        ReceiveReport received = transfer.await(PATIENCE);
        assertThat(received.path()).hasBinaryContent(content);
        record.atLeast("bytes repaired after a pause of 0.7 s", report.repairBytes(), 1);
        if (OS.LINUX.isCurrentOs()) {
            record.atLeast("overruns told", received.dropped().overrun(), 1);
        }
    }

    @Test
    @Fault("F24")
    void ofTwoSendersEveryReceiverStaysWithItsOwn(FaultRecord record) throws Exception {
        byte[] content = TestImage.random(3_000_000, 22);
        List<Transfer<ReceiveReport>> transfers = receiveThree();
        ImageSender sender =
                room.open(room.sender().startWhen(StartPolicy.receivers(3)).rate(DataRate.ofMegabits(40)));
        Transfer<SendReport> sent = sender.send(ImageSource.of(room.image(content)));
        Eventually.holds(() -> transfers.get(0).progress().bytes() > 0);
        Path other = Files.write(room.path("other.raw"), TestImage.random(3_000_000, 23));
        room.open(room.sender().startWhen(StartPolicy.atOnce()).rate(DataRate.ofMegabits(40)))
                .send(ImageSource.of(other));
        assertThat(sent.await(PATIENCE).verifiedCount()).isEqualTo(3);
        for (Transfer<ReceiveReport> transfer : transfers) {
            ReceiveReport report = transfer.await(PATIENCE);
            assertThat(report.path()).hasBinaryContent(content);
            record.run()
                    .atLeast(
                            "datagrams of the other that a receiver counts as foreign",
                            report.dropped().foreign(),
                            1);
        }
    }

    @Test
    @Fault("F25")
    void aSecondSenderOfTheSameImageIsIgnored(FaultRecord record) throws Exception {
        byte[] content = TestImage.random(3_000_000, 24);
        List<Transfer<ReceiveReport>> transfers = receiveThree();
        Path image = room.image(content);
        Transfer<SendReport> sent = room.open(
                        room.sender().startWhen(StartPolicy.receivers(3)).rate(DataRate.ofMegabits(40)))
                .send(ImageSource.of(image));
        Eventually.holds(() -> transfers.get(0).progress().bytes() > 0);
        Transfer<SendReport> second = room.open(room.sender()).send(ImageSource.of(image));
        assertThat(sent.await(PATIENCE).verifiedCount()).isEqualTo(3);
        for (Transfer<ReceiveReport> transfer : transfers) {
            assertThat(transfer.await(PATIENCE).path()).hasBinaryContent(content);
            record.run();
        }
        record.none("bytes of the image that the second sent", second.progress().bytes());
    }

    /** By ten years, forth and back, whenever somebody reads it. */
    private static final class JumpingClock extends Clock {
        private final AtomicInteger reads = new AtomicInteger();

        @Override
        public Instant instant() {
            Duration jump = Duration.ofDays(3_653);
            return Instant.now().plus(reads.getAndIncrement() % 2 == 0 ? jump : jump.negated());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    @Fault("F26")
    void aWallClockThatJumpsChangesNothing(FaultRecord record) throws Exception {
        byte[] content = TestImage.random(3_000_000, 25);
        ImageReceiverBuilder receiver = (ImageReceiverBuilder) room.receiver();
        receiver.environment(Environment.USUAL.withClock(new JumpingClock()));
        ImageSenderBuilder sender = (ImageSenderBuilder) room.sender().rate(DataRate.ofMegabits(100));
        sender.environment(Environment.USUAL.withClock(new JumpingClock()));
        Transfer<ReceiveReport> transfer =
                room.receive(room.open(receiver, room.port(1).loss(0.02), TargetStorage.LOCAL), "copy");
        assertThat(send(room.open(sender), content).isVerifiedByAll()).isTrue();
        ReceiveReport report = transfer.await(PATIENCE);
        assertThat(report.path()).hasBinaryContent(content);
        record.atMost("seconds, 0.24 of them for the content", report.elapsed().toMillis() / 1e3, 10);
    }

    private List<Transfer<ReceiveReport>> receiveThree() throws IOException {
        List<Transfer<ReceiveReport>> transfers = new ArrayList<>();
        for (int seat = 0; seat < 3; seat++) {
            transfers.add(room.receive(room.open(room.receiver()), "copy " + seat));
        }
        return transfers;
    }

    @Test
    void contentThatNeverMatchesIsGivenUp() throws Exception {
        Path image = room.image(TestImage.random(300_000, 5));
        CountDownLatch hashed = new CountDownLatch(1);
        Transfer<SendReport> sent = room.open(
                        room.sender().startWhen(StartPolicy.receivers(2)).listener(described(hashed)))
                .send(ImageSource.of(image));
        hashed.await();
        Files.write(image, new byte[] {1, 2, 3}, StandardOpenOption.WRITE);
        Transfer<ReceiveReport> first = room.receive(room.open(room.receiver()), "copy 1");
        Transfer<ReceiveReport> second = room.receive(room.open(room.receiver()), "copy 2");
        assertThatExceptionOfType(ImageCorruptException.class).isThrownBy(() -> first.await(PATIENCE));
        assertThatExceptionOfType(ImageCorruptException.class).isThrownBy(() -> second.await(PATIENCE));
        SendReport report = sent.await(PATIENCE);
        assertThat(report.receivers())
                .extracting(ReceiverStatus::state)
                .containsExactly(ReceiverStatus.State.FAILED, ReceiverStatus.State.FAILED);
        assertThat(report.sourceFault()).startsWith(image + " has changed while it was read (");
        assertThat(room.path("copy 1")).doesNotExist();
    }

    /** A pipe: nothing but what receivers find tells that its temporary file is not what was hashed. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whatSeveralReceiversFindWrongIsTheFaultOfTheSource() throws Exception {
        Pipe pipe = Pipe.open();
        CountDownLatch hashed = new CountDownLatch(1);
        Transfer<SendReport> sent = room.open(
                        room.sender().startWhen(StartPolicy.receivers(2)).listener(described(hashed)))
                .send(ImageSource.pipe(pipe.source(), "from a pipe", room.path(".")));
        pipe.sink().write(ByteBuffer.wrap(TestImage.random(50_000, 16)));
        pipe.sink().close();
        hashed.await();
        Files.write(spool(), new byte[] {1, 2, 3}, StandardOpenOption.WRITE);
        List<Transfer<ReceiveReport>> transfers = List.of(
                room.receive(room.open(room.receiver()), "copy 1"), room.receive(room.open(room.receiver()), "copy 2"));
        for (Transfer<ReceiveReport> transfer : transfers) {
            assertThatExceptionOfType(ImageCorruptException.class).isThrownBy(() -> transfer.await(PATIENCE));
        }
        assertThat(sent.await(PATIENCE).sourceFault())
                .startsWith("2 receivers found that the image does not match its hashes");
    }

    private static TransferListener described(CountDownLatch latch) {
        return new TransferListener() {
            @Override
            public void described(ImageDescription description) {
                latch.countDown();
            }
        };
    }

    /** Returns the way to the file without a name that a pipe was written to. */
    private static Path spool() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(descriptor -> {
                        try {
                            return Files.readSymbolicLink(descriptor).toString().contains(".mimeo-spool-");
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void aSenderThatFallsSilentIsMissed() throws Exception {
        TestPort port = room.port(1);
        Transfer<ReceiveReport> transfer =
                room.receive(room.open(room.receiver().senderTimeout(Duration.ofSeconds(1))), "copy");
        ImageSender sender = room.open(room.sender().rate(DataRate.ofMegabits(20)), port);
        sender.send(ImageSource.of(room.image(TestImage.random(5_000_000, 6))));
        Eventually.holds(() -> transfer.progress().bytes() > 0);
        port.die();
        assertThatExceptionOfType(SenderLostException.class)
                .isThrownBy(() -> transfer.await(PATIENCE))
                .withMessageContaining("fell silent");
        assertThat(room.files()).containsExactly(".copy.mimeo-part", "image.raw");
    }

    @Test
    void aSenderThatLeavesSaysSo() throws Exception {
        Transfer<ReceiveReport> transfer = room.receive(room.open(room.receiver()), "copy");
        ImageSender sender = room.open(room.sender().rate(DataRate.ofMegabits(20)));
        Transfer<SendReport> sent = sender.send(ImageSource.of(room.image(TestImage.random(5_000_000, 7))));
        Eventually.holds(() -> transfer.progress().bytes() > 0);
        sender.close();
        assertThatExceptionOfType(RepairUnavailableException.class)
                .isThrownBy(() -> transfer.await(PATIENCE))
                .withMessageContaining("left before everything had arrived");
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> sent.await(PATIENCE));
        assertThat(room.files()).containsExactly(".copy.mimeo-part", "image.raw");
    }

    @Test
    void aReceiverThatIsCancelledTellsTheSenderAndKeepsWhatItHas() throws Exception {
        Transfer<ReceiveReport> leaving = room.receive(room.open(room.receiver().name("leaving")), "left");
        Transfer<ReceiveReport> staying = room.receive(room.open(room.receiver().name("staying")), "copy");
        byte[] content = TestImage.random(4_000_000, 8);
        ImageSender sender =
                room.open(room.sender().startWhen(StartPolicy.receivers(2)).rate(DataRate.ofMegabits(40)));
        Transfer<SendReport> sent = sender.send(ImageSource.of(room.image(content)));
        Eventually.holds(() -> leaving.progress().bytes() > 0);
        leaving.cancel();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> leaving.await(PATIENCE));
        assertThat(staying.await(PATIENCE).path()).hasBinaryContent(content);
        assertThat(sent.await(PATIENCE).receivers())
                .extracting(ReceiverStatus::name, ReceiverStatus::state)
                .containsExactlyInAnyOrder(
                        tuple("leaving", ReceiverStatus.State.LEFT), tuple("staying", ReceiverStatus.State.VERIFIED));
        assertThat(room.files()).containsExactly(".left.mimeo-part", "copy", "image.raw");
    }

    @Test
    void aReceiverThatVanishesIsNotWaitedForWithoutEnd() throws Exception {
        TestPort port = room.port(1);
        Transfer<ReceiveReport> transfer = room.receive(room.open(room.receiver(), port, TargetStorage.LOCAL), "copy");
        ImageSender sender =
                room.open(room.sender().rate(DataRate.ofMegabits(100)).receiverTimeout(Duration.ofSeconds(2)));
        Transfer<SendReport> sent = sender.send(ImageSource.of(room.image(TestImage.random(20_000_000, 9))));
        Eventually.holds(() -> transfer.progress().bytes() > 0);
        port.die();
        assertThat(state(sent.await(PATIENCE))).isEqualTo(ReceiverStatus.State.SILENT);
    }

    @Fault("F46")
    @Test
    void aDiskThatIsTooSmallIsNoticedBeforeTheFirstByte() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        storage.usable = 1_000;
        Transfer<ReceiveReport> transfer = room.receive(room.open(room.receiver(), room.port(1), storage), "copy");
        Transfer<SendReport> sent =
                room.open(room.sender()).send(ImageSource.of(room.image(TestImage.random(1_001, 10))));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> transfer.await(PATIENCE))
                .withMessageContaining("it needs 1001 bytes, and 1000 are free");
        assertThat(state(sent.await(PATIENCE))).isEqualTo(ReceiverStatus.State.FAILED);
        assertThat(room.files()).containsExactly("image.raw");
    }

    @Fault("F46")
    @Test
    void aDiskThatFillsUpFailsOneReceiverAlone() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        storage.room = 1_500_000;
        byte[] content = TestImage.random(3_000_000, 11);
        Transfer<ReceiveReport> full = room.receive(room.open(room.receiver(), room.port(1), storage), "full");
        Transfer<ReceiveReport> other = room.receive(room.open(room.receiver()), "copy");
        SendReport report = send(room.open(room.sender().startWhen(StartPolicy.receivers(2))), content);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> full.await(PATIENCE))
                .withMessageContaining("to become " + room.path("full") + ": No space left on device");
        assertThat(other.await(PATIENCE).path()).hasBinaryContent(content);
        assertThat(report.verifiedCount()).isEqualTo(1);
        assertThat(room.path("full")).doesNotExist();
    }

    @Fault("F48")
    @Test
    void aDiskThatDiesIsNamedAndWhatItHadIsGoneOnWithByTheNextReceiver() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        storage.room = 2_500_000;
        storage.writeFailure = "Input/output error";
        byte[] content = TestImage.random(3_000_000, 14);
        Transfer<ReceiveReport> transfer = room.receive(room.open(room.receiver(), room.port(1), storage), "copy");
        SendReport report = send(room.open(room.sender()), content);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> transfer.await(PATIENCE))
                .withMessageMatching("Cannot write .* to become " + room.path("copy") + ": Input/output error.*");
        assertThat(state(report)).isEqualTo(ReceiverStatus.State.FAILED);
        assertThat(room.path("copy")).doesNotExist();

        Transfer<ReceiveReport> again = room.receive(room.open(room.receiver()), "copy");
        send(room.open(room.sender()), content);
        ReceiveReport received = again.await(PATIENCE);
        assertThat(received.path()).hasBinaryContent(content);
        assertThat(received.presentBytes()).isGreaterThanOrEqualTo(1 << 20);
    }

    @Fault("F48")
    @Test
    void aDeviceThatVanishesIsNamedAndNothingOnItIsCalledVerified(FaultRecord record) throws Exception {
        List<Supplier<IOException>> failures = List.of(
                ClosedChannelException::new,
                () -> new IOException("Input/output error"),
                () -> new IOException("No such device"));
        byte[] content = TestImage.random(3_000_000, 15);
        for (Supplier<IOException> failure : failures) {
            FaultyStorage storage = new FaultyStorage();
            storage.room = 1_500_000;
            storage.goneFailure = failure;
            Path target = Files.write(room.path("device"), new byte[content.length]);
            Transfer<ReceiveReport> transfer =
                    room.open(room.receiver(), room.port(1), storage).receive(ImageTarget.inPlace(target));
            SendReport report = send(room.open(room.sender()), content);
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> transfer.await(PATIENCE))
                    .withMessageMatching("Cannot (write|read) .* of " + target + ": .+")
                    .withMessageContaining(Reason.of(failure.get()))
                    .withCauseInstanceOf(IOException.class);
            assertThat(state(report)).isEqualTo(ReceiverStatus.State.FAILED);
            assertThat(report.verifiedCount()).isZero();
        }
        record.runs(failures.size());
    }

    @Fault("F48")
    @Test
    void whatCannotBeMadeDurableIsNotCalledVerified() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        storage.forceFailure = "Input/output error";
        Transfer<ReceiveReport> transfer = room.receive(room.open(room.receiver(), room.port(1), storage), "copy");
        SendReport report = send(room.open(room.sender()), TestImage.random(100_000, 12));
        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> transfer.await(PATIENCE));
        assertThat(state(report)).isEqualTo(ReceiverStatus.State.FAILED);
        assertThat(room.files()).containsExactly("image.raw");
    }

    @Fault("F47")
    @Test
    void aSlowDiskIsWaitedForInBoundedMemory() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        storage.writeNanos = 20_000_000;
        byte[] content = TestImage.random(10_000_000, 13);
        ImageReceiver receiver = room.open(room.receiver().memoryLimit(2 << 20), room.port(1), storage);
        Transfer<ReceiveReport> transfer = room.receive(receiver, "copy");
        SendReport report = send(room.open(room.sender()), content);
        assertThat(report.isVerifiedByAll()).isTrue();
        assertThat(transfer.await(PATIENCE).path()).hasBinaryContent(content);
    }

    private SendReport send(ImageSender sender, byte[] content) throws Exception {
        return sender.send(ImageSource.of(room.image(content))).await(PATIENCE);
    }

    private static ReceiverStatus.State state(SendReport report) {
        assertThat(report.receivers()).hasSize(1);
        return report.receivers().get(0).state();
    }
}

package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.groups.Tuple.tuple;

import dev.mimeo.DataRate;
import dev.mimeo.ImageSource;
import dev.mimeo.NormFile;
import dev.mimeo.NormObject;
import dev.mimeo.NormReceiveReport;
import dev.mimeo.NormReceiver;
import dev.mimeo.NormSendReport;
import dev.mimeo.NormSender;
import dev.mimeo.NormTarget;
import dev.mimeo.ReceiveReport;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.RepairUnavailableException;
import dev.mimeo.SendReport;
import dev.mimeo.SenderLostException;
import dev.mimeo.StorageException;
import dev.mimeo.Transfer;
import dev.mimeo.TransferListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain NORM over real sockets on the loopback interface, as users see it, and what goes wrong on the way. */
@Timeout(90)
class NormTransferIT {
    private static final Duration PATIENCE = Classroom.PATIENCE;
    private static final int NODE = 7;

    @TempDir
    Path directory;

    private Classroom room;
    private Path target;

    @BeforeEach
    void openRoom() throws IOException {
        room = new Classroom(directory);
        target = Files.createDirectory(directory.resolve("in"));
    }

    @AfterEach
    void closeRoom() {
        room.close();
        Eventually.holds(() -> Threads.named("mimeo-").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {129, 5})
    void filesAndDataArriveUnderTheirNames(int fecEncodingId) throws Exception {
        byte[] first = TestImage.random(3_000_000, 1);
        byte[] second = TestImage.withZeros(1_408 * 128 * 6 + 1, 2);
        byte[] third = {1};
        byte[] fourth = TestImage.random(1_408, 4);
        List<NormFile> told = new CopyOnWriteArrayList<>();
        TransferListener listener = new TransferListener() {
            @Override
            public void objectStored(NormFile file) {
                told.add(file);
            }
        };
        Transfer<NormReceiveReport> transfer = receive(room.open(receiver().listener(listener)));
        NormSendReport sent = send(
                room.open(sender().fecEncodingId(fecEncodingId)),
                NormObject.file(room.image(first)),
                NormObject.file(Files.write(room.path("b"), second), "../second half.img"),
                NormObject.data(third, "image.raw"),
                NormObject.data(fourth, "unused").withoutInfo());

        assertThat(sent.isAcknowledgedByAll()).isTrue();
        assertThat(sent.receivers())
                .extracting(ReceiverStatus::id, ReceiverStatus::state)
                .containsExactly(tuple("00000007", ReceiverStatus.State.ACKNOWLEDGED));
        assertThat(sent.objects()).isEqualTo(4);
        assertThat(sent.sourceBytes())
                .isEqualTo(sent.bytes())
                .isEqualTo(first.length + second.length + third.length + fourth.length);
        NormReceiveReport report = transfer.await(PATIENCE);
        assertThat(report.bytes()).isEqualTo(sent.bytes());
        assertThat(told).containsExactlyElementsOf(report.files());
        int id = report.files().stream()
                .filter(file -> file.name().isEmpty())
                .findAny()
                .orElseThrow()
                .objectId();
        assertThat(report.files())
                .extracting(file -> target.relativize(file.path()).toString(), NormFile::name, NormFile::isFile)
                .containsExactlyInAnyOrder(
                        tuple("image.raw", "image.raw", true),
                        tuple("_._second half.img", "../second half.img", true),
                        tuple("image.raw~2", "image.raw", false),
                        tuple("object-" + id, "", false));
        assertThat(target.resolve("image.raw")).hasBinaryContent(first);
        assertThat(target.resolve("_._second half.img")).hasBinaryContent(second);
        assertThat(target.resolve("image.raw~2")).hasBinaryContent(third);
        assertThat(target.resolve("object-" + id)).hasBinaryContent(fourth);
        assertThat(filesIn(target)).hasSize(4);
    }

    @Test
    void anEmptyFileIsItsName() throws Exception {
        Transfer<NormReceiveReport> transfer = receive(room.open(receiver()));
        NormSender sender = room.open(sender());
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> send(sender, NormObject.data(new byte[0], "x").withoutInfo()))
                .withMessageContaining("an empty object is nothing but its NORM_INFO");
        send(
                sender,
                NormObject.file(Files.write(room.path("first"), new byte[0])),
                NormObject.data(new byte[] {1}, "second"),
                NormObject.data(new byte[0], "third"));
        assertThat(transfer.await(PATIENCE).files())
                .extracting(NormFile::name, NormFile::length)
                .containsExactlyInAnyOrder(tuple("first", 0L), tuple("second", 1L), tuple("third", 0L));
        assertThat(target.resolve("first")).isEmptyFile();
    }

    @Test
    void oneObjectGoesIntoAFileWhateverItIsCalled() throws Exception {
        byte[] content = TestImage.random(100_000, 5);
        Transfer<NormReceiveReport> transfer = room.open(receiver()).receive(NormTarget.file(room.path("copy")));
        send(room.open(sender()), NormObject.data(content, "first"), NormObject.data(new byte[] {2}, "second"));
        assertThat(transfer.await(PATIENCE).files())
                .extracting(NormFile::path, NormFile::name)
                .containsExactly(tuple(room.path("copy"), "first"));
        assertThat(room.path("copy")).hasBinaryContent(content);
        assertThat(room.files()).containsExactly("copy", "in");
    }

    @Test
    void asManyObjectsAreReceivedAsAreWanted() throws Exception {
        Transfer<NormReceiveReport> transfer = receive(room.open(receiver().objectCount(2)));
        NormSender sender = room.open(room.normSender());
        sender.send(List.of(
                NormObject.data(new byte[] {1}, "one"),
                NormObject.data(new byte[] {2}, "two"),
                NormObject.data(new byte[] {3}, "three")));
        assertThat(transfer.await(PATIENCE).files()).extracting(NormFile::name).containsExactlyInAnyOrder("one", "two");
        assertThat(filesIn(target)).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void lostDatagramsAreRepairedByMulticastRequests() throws Exception {
        repairs(receiver());
    }

    @Test
    void lostDatagramsAreRepairedByUnicastRequests() throws Exception {
        repairs(receiver().unicastFeedback());
    }

    private void repairs(NormReceiver.Builder options) throws Exception {
        byte[] first = TestImage.random(2_000_000, 6);
        byte[] second = TestImage.random(1_000_000, 7);
        Transfer<NormReceiveReport> transfer =
                receive(room.open(options, room.port(1).loss(0.05), TargetStorage.LOCAL));
        NormSendReport sent = send(
                room.open(sender(), room.port(2).loss(0.05)),
                NormObject.data(first, "first"),
                NormObject.data(second, "second"));
        assertThat(sent.isAcknowledgedByAll()).isTrue();
        assertThat(sent.nacks()).isPositive();
        assertThat(sent.repairBytes()).isPositive().isLessThan(1_500_000);
        NormReceiveReport report = transfer.await(PATIENCE);
        assertThat(report.nacks()).isPositive();
        assertThat(target.resolve("first")).hasBinaryContent(first);
        assertThat(target.resolve("second")).hasBinaryContent(second);
    }

    @Test
    void theRateFindsItselfBetweenItsBounds() throws Exception {
        byte[] content = TestImage.random(5_000_000, 17);
        Transfer<NormReceiveReport> transfer = receive(room.open(receiver()));
        NormSendReport sent = send(
                room.open(sender().rate(DataRate.ofMegabits(100)).congestionControl(DataRate.ofMegabits(1))),
                NormObject.data(content, "content"));
        assertThat(sent.isAcknowledgedByAll()).isTrue();
        assertThat(sent.elapsed()).as("40 s at the floor").isBetween(Duration.ofMillis(400), Duration.ofSeconds(20));
        transfer.await(PATIENCE);
        assertThat(target.resolve("content")).hasBinaryContent(content);
    }

    @Test
    void anImageMayBeSentToPlainReceiversToo() throws Exception {
        byte[] content = TestImage.withZeros(4_000_000, 8);
        Transfer<NormReceiveReport> plain = receive(room.open(receiver()));
        Transfer<ReceiveReport> verifying =
                room.receive(room.open(room.receiver().name("seat")), "copy");
        SendReport report = room.open(room.sender().acknowledgedBy(NODE))
                .send(ImageSource.of(room.image(content)))
                .await(PATIENCE);
        assertThat(report.receivers())
                .extracting(ReceiverStatus::name, ReceiverStatus::state)
                .containsExactlyInAnyOrder(
                        tuple("", ReceiverStatus.State.ACKNOWLEDGED), tuple("seat", ReceiverStatus.State.VERIFIED));
        assertThat(verifying.await(PATIENCE).path()).hasBinaryContent(content);
        assertThat(plain.await(PATIENCE).files())
                .extracting(NormFile::name)
                .containsExactlyInAnyOrder("mimeo/manifest", "image.raw");
        assertThat(target.resolve("image.raw")).hasBinaryContent(content);
    }

    @Test
    void whoeverDoesNotAcknowledgeIsNamed() throws Exception {
        NormSendReport report =
                send(room.open(room.normSender().acknowledgedBy(8)), NormObject.data(new byte[] {1}, "one"));
        assertThat(report.isAcknowledgedByAll()).isFalse();
        assertThat(report.receivers())
                .extracting(ReceiverStatus::id, ReceiverStatus::state)
                .containsExactly(tuple("00000008", ReceiverStatus.State.RECEIVING));
    }

    @Test
    void aSenderThatFallsSilentIsMissed() throws Exception {
        TestPort port = room.port(1);
        Transfer<NormReceiveReport> transfer = receive(room.open(receiver().senderTimeout(Duration.ofSeconds(1))));
        room.open(sender().rate(DataRate.ofMegabits(20)), port)
                .send(List.of(
                        NormObject.data(TestImage.random(10_000, 9), "small"),
                        NormObject.data(TestImage.random(5_000_000, 10), "large")));
        Eventually.holds(() -> transfer.progress().bytes() > 100_000);
        port.die();
        assertThatExceptionOfType(SenderLostException.class)
                .isThrownBy(() -> transfer.await(PATIENCE))
                .withMessageContaining("fell silent; 1 objects are complete");
        assertThat(filesIn(target)).as("what is complete stays").containsExactly("small");
    }

    @Test
    void aSenderThatStartsAnewIsFollowed() throws Exception {
        TestPort port = room.port(1);
        Transfer<NormReceiveReport> transfer = receive(room.open(receiver()));
        byte[] content = TestImage.random(3_000_000, 16);
        room.open(sender().nodeId(5).rate(DataRate.ofMegabits(20)), port)
                .send(List.of(NormObject.data(content, "content")));
        Eventually.holds(() -> transfer.progress().bytes() > 100_000);
        port.die();
        assertThat(send(room.open(sender().nodeId(5)), NormObject.data(content, "content"))
                        .isAcknowledgedByAll())
                .isTrue();
        assertThat(transfer.await(PATIENCE).files()).extracting(NormFile::name).containsExactly("content");
        assertThat(target.resolve("content")).hasBinaryContent(content);
        assertThat(filesIn(target)).containsExactly("content");
    }

    @Test
    void aSenderThatLeavesSaysSo() throws Exception {
        Transfer<NormReceiveReport> transfer = receive(room.open(receiver()));
        NormSender sender = room.open(sender().rate(DataRate.ofMegabits(20)));
        Transfer<NormSendReport> sent = sender.send(List.of(NormObject.data(TestImage.random(5_000_000, 11), "large")));
        Eventually.holds(() -> transfer.progress().bytes() > 0);
        sender.close();
        assertThatExceptionOfType(RepairUnavailableException.class).isThrownBy(() -> transfer.await(PATIENCE));
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> sent.await(PATIENCE));
        assertThat(filesIn(target)).isEmpty();
    }

    @Test
    void aReceiverThatIsCancelledLeavesNothingUnfinished() throws Exception {
        Transfer<NormReceiveReport> transfer = receive(room.open(receiver()));
        room.open(sender().rate(DataRate.ofMegabits(20)))
                .send(List.of(NormObject.data(TestImage.random(5_000_000, 12), "large")));
        Eventually.holds(() -> transfer.progress().bytes() > 0);
        transfer.cancel();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> transfer.await(PATIENCE));
        assertThat(filesIn(target)).isEmpty();
    }

    @Test
    void aReceiverThatHearsNobodySaysSo() throws Exception {
        Transfer<NormReceiveReport> transfer = receive(room.open(receiver().waitForSender(Duration.ofMillis(300))));
        assertThatExceptionOfType(SenderLostException.class)
                .isThrownBy(() -> transfer.await(PATIENCE))
                .withMessageContaining("No sender was heard on " + room.group());
    }

    @Test
    void aDiskThatFillsUpFailsTheTransfer() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        storage.room = 1_500_000;
        Transfer<NormReceiveReport> transfer = receive(room.open(receiver(), room.port(1), storage));
        room.open(room.normSender()).send(List.of(NormObject.data(TestImage.random(3_000_000, 13), "large")));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> transfer.await(PATIENCE))
                .withMessageContaining("No space left on device");
        assertThat(filesIn(target)).isEmpty();
    }

    @Test
    void aDiskThatIsTooSmallIsNoticedBeforeTheFirstByte() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        storage.usable = 999;
        Transfer<NormReceiveReport> transfer = receive(room.open(receiver(), room.port(1), storage));
        room.open(room.normSender()).send(List.of(NormObject.data(TestImage.random(1_000, 14), "small")));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> transfer.await(PATIENCE))
                .withMessageContaining("needs 1000 bytes, and 999 are free");
    }

    @Test
    void blocksOfZerosAreNotWritten() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        storage.room = 1_000_000;
        byte[] content = new byte[5_000_000];
        content[4_999_999] = 1;
        Transfer<NormReceiveReport> transfer = receive(room.open(receiver(), room.port(1), storage));
        send(room.open(sender()), NormObject.data(content, "zeros"));
        transfer.await(PATIENCE);
        assertThat(target.resolve("zeros")).hasBinaryContent(content);
    }

    @Test
    void aDirectoryThatIsNotThereFailsAtOnce() throws Exception {
        Transfer<NormReceiveReport> transfer = room.open(receiver()).receive(NormTarget.directory(room.path("none")));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> transfer.await(PATIENCE))
                .withMessage("Cannot receive into " + room.path("none") + ": there is no such directory; create it");
    }

    @Test
    void anObjectThatIsTooLongIsNotTaken() throws Exception {
        Transfer<NormReceiveReport> transfer = receive(room.open(receiver().maximumObjectLength(999)));
        room.open(room.normSender())
                .send(List.of(NormObject.data(new byte[1_000], "long"), NormObject.data(new byte[999], "short")));
        assertThatExceptionOfType(RepairUnavailableException.class)
                .isThrownBy(() -> transfer.await(PATIENCE))
                .withMessageContaining("1000 bytes exceed the limit of 999");
        assertThat(filesIn(target)).containsExactly("short");
    }

    @Test
    void whatCannotBeSentIsSaid() throws Exception {
        NormSender sender = room.open(room.normSender());
        assertThatIllegalArgumentException().isThrownBy(() -> sender.send(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sender.send(List.of(NormObject.data(new byte[1], "x".repeat(1_409)))))
                .withMessageContaining(
                        "a name of 1409 bytes does not fit in NORM_INFO, which is at most a segment of 1408");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> send(sender, NormObject.file(room.path("none"))))
                .withMessage("Cannot read " + room.path("none") + ": there is no such file");
    }

    @Test
    void aFileThatChangesMeanwhileFailsTheTransfer() throws Exception {
        Path image = room.image(TestImage.random(3_000_000, 15));
        NormSender sender = room.open(room.normSender().rate(DataRate.ofMegabits(40)));
        Transfer<NormSendReport> sent = sender.send(List.of(NormObject.file(image)));
        Eventually.holds(() -> sent.progress().bytes() > 0);
        Files.write(image, new byte[] {1}, StandardOpenOption.APPEND);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> sent.await(PATIENCE))
                .withMessage(image + " has changed while it was read (its length was 3000000 and is 3000001);"
                        + " try again when it is done");
    }

    private NormSender.Builder sender() {
        return room.normSender().acknowledgedBy(NODE);
    }

    private NormReceiver.Builder receiver() {
        return room.normReceiver().nodeId(NODE);
    }

    private Transfer<NormReceiveReport> receive(NormReceiver receiver) {
        return receiver.receive(NormTarget.directory(target));
    }

    private static NormSendReport send(NormSender sender, NormObject... objects) throws Exception {
        return sender.send(List.of(objects)).await(PATIENCE);
    }

    private static List<String> filesIn(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}

package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mimeo.DataRate;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageRefusedException;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSession;
import dev.mimeo.ImageSource;
import dev.mimeo.NoReceiversException;
import dev.mimeo.ReceiveReport;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.Redundancy;
import dev.mimeo.SendReport;
import dev.mimeo.SenderLostException;
import dev.mimeo.StartPolicy;
import dev.mimeo.StorageException;
import dev.mimeo.Transfer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers over real sockets on the loopback interface, as users see them. */
@Timeout(90)
class TransferIT {
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

    @Test
    void threeReceiversVerifyTheSameBytes() throws Exception {
        byte[] content = TestImage.withZeros(8_345_678, 1);
        Path image = room.image(content);
        List<Transfer<ReceiveReport>> transfers = new ArrayList<>();
        for (int seat = 0; seat < 3; seat++) {
            transfers.add(room.receive(room.open(room.receiver().name("seat " + seat)), "copy " + seat));
        }
        ImageSender sender =
                room.open(room.sender().startWhen(StartPolicy.receivers(3)).sessionName("room 7"));
        SendReport report = sender.send(ImageSource.of(image).version("2")).await(PATIENCE);

        assertThat(report.verifiedCount()).isEqualTo(3);
        assertThat(report.isVerifiedByAll()).isTrue();
        assertThat(report.receivers())
                .extracting(ReceiverStatus::name)
                .containsExactlyInAnyOrder("seat 0", "seat 1", "seat 2");
        assertThat(report.receivers()).allSatisfy(receiver -> {
            assertThat(receiver.verifiedBytes()).isEqualTo(content.length);
            assertThat(receiver.totalBytes()).isEqualTo(content.length);
        });
        assertThat(report.sourceBytes()).as("zeros are not sent").isLessThan(content.length * 3L / 4);
        for (int seat = 0; seat < 3; seat++) {
            ReceiveReport received = transfers.get(seat).await(PATIENCE);
            assertThat(received.image()).isEqualTo(report.image());
            assertThat(received.path()).isEqualTo(room.path("copy " + seat)).hasBinaryContent(content);
        }
        assertThat(report.image().name()).isEqualTo("image.raw");
        assertThat(report.image().version()).isEqualTo("2");
        assertThat(room.files()).containsExactly("copy 0", "copy 1", "copy 2", "image.raw");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_408, 1_409, 1 << 20, (1 << 20) + 1})
    void imagesOfEveryLengthArrive(int length) throws Exception {
        byte[] content = TestImage.random(length, length);
        SendReport report = sendToOne(room.sender(), content);
        assertThat(report.isVerifiedByAll()).isTrue();
        assertThat(room.path("copy")).hasBinaryContent(content);
    }

    @Test
    void anImageOfZerosIsNotSentAtAll() throws Exception {
        byte[] content = new byte[5_000_000];
        SendReport report = sendToOne(room.sender(), content);
        assertThat(report.sourceBytes()).isLessThan(2_000);
        assertThat(room.path("copy")).hasBinaryContent(content);
    }

    @Test
    void blocksAndSegmentsMayBeOfAnySize() throws Exception {
        byte[] content = TestImage.random(700_001, 3);
        SendReport report =
                sendToOne(room.sender().segmentLength(64).blockLength(9).parityCount(0), content);
        assertThat(report.isVerifiedByAll()).isTrue();
        assertThat(room.path("copy")).hasBinaryContent(content);
    }

    @Test
    void aPreparedImageIsNotHashedAgainAndRedundancyIsSentUnasked() throws Exception {
        byte[] content = TestImage.random(3_000_000, 4);
        ImageSource.of(room.image(content)).name("prepared").prepare();
        Transfer<ReceiveReport> transfer = room.receive(room.open(room.receiver()), "copy");
        ImageSender sender = room.open(room.sender().redundancy(Redundancy.percent(10)));
        SendReport report = sender.send(ImageSource.of(room.path("image.raw"))).await(PATIENCE);
        assertThat(report.image().name()).isEqualTo("prepared");
        assertThat(report.redundancyBytes()).isBetween(300_000L, 400_000L);
        assertThat(transfer.await(PATIENCE).path()).hasBinaryContent(content);
    }

    @Test
    void oneTransferFollowsAnother() throws Exception {
        byte[] first = TestImage.random(1_000_000, 5);
        byte[] second = TestImage.random(1_000_000, 6);
        ImageSender sender = room.open(room.sender());
        ImageReceiver receiver = room.open(room.receiver());
        for (byte[] content : List.of(first, second)) {
            Transfer<ReceiveReport> received = room.receive(receiver, "copy");
            Transfer<SendReport> sent = sender.send(ImageSource.of(room.image(content)));
            assertThatIllegalStateException().isThrownBy(() -> sender.send(ImageSource.of(room.path("image.raw"))));
            assertThatIllegalStateException().isThrownBy(() -> room.receive(receiver, "other"));
            received.await(PATIENCE);
            assertThat(sent.await(PATIENCE).isVerifiedByAll()).isTrue();
            assertThat(room.path("copy")).hasBinaryContent(content);
        }
    }

    @Test
    void aReceiverThatComesLateGetsEverything() throws Exception {
        byte[] content = TestImage.random(6_000_000, 7);
        Transfer<ReceiveReport> early = room.receive(room.open(room.receiver()), "early");
        ImageSender sender = room.open(room.sender().rate(DataRate.ofMegabits(40)));
        Transfer<SendReport> sent = sender.send(ImageSource.of(room.image(content)));
        Eventually.holds(() -> early.progress().bytes() > 1_000_000);
        Transfer<ReceiveReport> late = room.receive(room.open(room.receiver()), "late");
        assertThat(sent.await(PATIENCE).verifiedCount()).isEqualTo(2);
        early.await(PATIENCE);
        late.await(PATIENCE);
        assertThat(room.path("early")).hasBinaryContent(content);
        assertThat(room.path("late")).hasBinaryContent(content);
    }

    @Test
    void aSenderThatNobodyJoinsSaysSo() throws Exception {
        ImageSender sender = room.open(room.sender().giveUpAfter(Duration.ofMillis(600)));
        Transfer<SendReport> transfer = sender.send(ImageSource.of(room.image(new byte[100])));
        assertThatExceptionOfType(NoReceiversException.class).isThrownBy(() -> transfer.await(PATIENCE));
    }

    @Test
    void aSenderStartsWithThoseWhoAreThereWhenItIsTold() throws Exception {
        byte[] content = TestImage.random(100_000, 8);
        Transfer<ReceiveReport> received = room.receive(room.open(room.receiver()), "copy");
        ImageSender sender = room.open(room.sender().startWhen(StartPolicy.receivers(2)));
        ImageSession sent = sender.send(ImageSource.of(room.image(content)));
        Eventually.holds(() -> sent.progress().receivers() == 1);
        sent.startNow();
        assertThat(sent.await(PATIENCE).verifiedCount()).isEqualTo(1);
        assertThat(received.await(PATIENCE).path()).hasBinaryContent(content);
    }

    @Test
    void aReceiverThatHearsNobodySaysSo() throws Exception {
        ImageReceiver receiver = room.open(room.receiver().waitForSender(Duration.ofMillis(300)));
        Transfer<ReceiveReport> transfer = room.receive(receiver, "copy");
        assertThatExceptionOfType(SenderLostException.class)
                .isThrownBy(() -> transfer.await(PATIENCE))
                .withMessageContaining("No sender was heard on " + room.group());
        assertThat(room.files()).isEmpty();
    }

    @Test
    void anImageThatIsTooLongIsRefused() throws Exception {
        Transfer<ReceiveReport> transfer =
                room.receive(room.open(room.receiver().maximumImageLength(999)), "copy");
        Transfer<SendReport> sent = room.open(room.sender()).send(ImageSource.of(room.image(new byte[1_000])));
        assertThatExceptionOfType(ImageRefusedException.class).isThrownBy(() -> transfer.await(PATIENCE));
        assertThat(sent.await(PATIENCE).receivers())
                .singleElement()
                .extracting(ReceiverStatus::state)
                .isEqualTo(ReceiverStatus.State.FAILED);
        assertThat(room.files()).containsExactly("image.raw");
    }

    @Test
    void aSourceThatIsMissingFailsTheTransfer() throws Exception {
        ImageSender sender = room.open(room.sender());
        Transfer<SendReport> transfer = sender.send(ImageSource.of(room.path("none")));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> transfer.await(PATIENCE))
                .withMessage("Cannot read " + room.path("none") + ": there is no such file");
    }

    @Test
    void aTargetThatCannotBeIsToldToTheSender() throws Exception {
        Files.createDirectory(room.path("copy"));
        Transfer<ReceiveReport> transfer = room.receive(room.open(room.receiver()), "copy");
        Transfer<SendReport> sent = room.open(room.sender()).send(ImageSource.of(room.image(new byte[1_000])));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> transfer.await(PATIENCE))
                .withMessageContaining("it is a directory");
        assertThat(sent.await(PATIENCE).receivers()).singleElement().satisfies(receiver -> {
            assertThat(receiver.state()).isEqualTo(ReceiverStatus.State.FAILED);
            assertThat(receiver.detail()).contains("it is a directory");
        });
    }

    private SendReport sendToOne(ImageSender.Builder options, byte[] content) throws Exception {
        Transfer<ReceiveReport> received = room.receive(room.open(room.receiver()), "copy");
        SendReport report =
                room.open(options).send(ImageSource.of(room.image(content))).await(PATIENCE);
        received.await(PATIENCE);
        return report;
    }
}

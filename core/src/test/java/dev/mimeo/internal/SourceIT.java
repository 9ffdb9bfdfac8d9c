package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.groups.Tuple.tuple;

import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.ImageTarget;
import dev.mimeo.NormFile;
import dev.mimeo.NormReceiveReport;
import dev.mimeo.NormTarget;
import dev.mimeo.ReceiveReport;
import dev.mimeo.SendReport;
import dev.mimeo.StartPolicy;
import dev.mimeo.StorageException;
import dev.mimeo.Transfer;
import dev.mimeo.TransferPhase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images of every kind of source, over real sockets on the loopback interface. */
@Timeout(90)
class SourceIT {
    private static final Duration PATIENCE = Classroom.PATIENCE;
    private static final int NODE = 7;

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
    void everyObjectOfAnImageOfSeveralFilesIsSent() throws Exception {
        byte[] first = TestImage.withZeros(6_000_000, 1);
        byte[] second = TestImage.random(1_000_001, 2);
        ImageSource source =
                ImageSource.of(write("efi.img", first), write("empty.img", new byte[0]), write("root.img", second));
        Transfer<NormReceiveReport> received = room.open(room.normReceiver().nodeId(NODE))
                .receive(NormTarget.directory(Files.createDirectory(room.path("in"))));
        ImageSender sender =
                room.open(room.sender().startWhen(StartPolicy.atOnce()).acknowledgedBy(NODE));
        SendReport report = sender.send(source).await(PATIENCE);

        assertThat(report.image().name()).isEqualTo("efi.img and 2 more");
        assertThat(report.image().length()).isEqualTo(7_000_001);
        assertThat(received.await(PATIENCE).files())
                .extracting(NormFile::name, NormFile::isFile)
                .contains(tuple("efi.img", true), tuple("root.img", true));
        assertThat(room.path("in/efi.img")).hasBinaryContent(first);
        assertThat(room.path("in/root.img")).hasBinaryContent(second);
    }

    @Test
    void severalFilesArriveInADirectoryAndOnlyWhatChangedIsSentAgain() throws Exception {
        byte[] first = TestImage.random(4_000_000, 1);
        byte[] second = TestImage.withZeros(6_000_001, 2);
        Path changing = write("root.img", second);
        ImageSource source = ImageSource.of(write("efi.img", first), write("empty.img", new byte[0]), changing)
                .name("lab 7")
                .manifest(room.path("lab.manifest"));
        source.prepare();
        Files.createDirectory(room.path("in"));
        assertThat(sendToDirectory(source).sourceBytes()).isBetween(7_000_000L, 8_500_000L);
        assertThat(room.path("in/efi.img")).hasBinaryContent(first);
        assertThat(room.path("in/empty.img")).isEmptyFile();
        assertThat(room.path("in/root.img")).hasBinaryContent(second);

        second[0]++;
        Files.write(changing, second);
        assertThat(sendToDirectory(source).sourceBytes()).isBetween(1_000_000L, 1_500_000L);
        assertThat(room.path("in/efi.img")).hasBinaryContent(first);
        assertThat(room.path("in/root.img")).hasBinaryContent(second);
    }

    private SendReport sendToDirectory(ImageSource source) throws Exception {
        Transfer<ReceiveReport> received = room.open(room.receiver()).receive(ImageTarget.directory(room.path("in")));
        SendReport report = room.open(room.sender()).send(source).await(PATIENCE);
        assertThat(received.await(PATIENCE).image()).isEqualTo(report.image());
        assertThat(report.isVerifiedByAll()).isTrue();
        return report;
    }

    @Test
    void aPipeIsSentWhenItHasEnded() throws Exception {
        byte[] content = TestImage.withZeros(5_000_000, 3);
        Pipe pipe = Pipe.open();
        Transfer<ReceiveReport> received = room.receive(room.open(room.receiver()), "copy");
        Transfer<SendReport> sent =
                room.open(room.sender()).send(ImageSource.pipe(pipe.source(), "from a pipe", directory));
        pipe.sink().write(ByteBuffer.wrap(content, 0, 1_000));
        Eventually.holds(() -> sent.progress().phase() == TransferPhase.PREPARING);
        CompletableFuture<Void> rest = CompletableFuture.runAsync(() -> {
            try (Pipe.SinkChannel sink = pipe.sink()) {
                sink.write(ByteBuffer.wrap(content, 1_000, content.length - 1_000));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        SendReport report = sent.await(PATIENCE);
        rest.join();
        assertThat(report.isVerifiedByAll()).isTrue();
        assertThat(report.image().name()).isEqualTo("from a pipe");
        assertThat(report.sourceFault()).isEmpty();
        assertThat(received.await(PATIENCE).path()).hasBinaryContent(content);
        assertThat(room.files()).containsExactly("copy");
    }

    @Test
    void aSenderThatWaitsForAPipeIsClosedAtOnce() throws Exception {
        Pipe pipe = Pipe.open();
        ImageSender sender = room.open(room.sender());
        Transfer<SendReport> sent = sender.send(ImageSource.pipe(pipe.source(), "nothing", directory));
        Eventually.holds(() -> sent.progress().phase() == TransferPhase.PREPARING);
        long before = System.nanoTime();
        sender.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> sent.await(PATIENCE));
        pipe.sink().close();
        assertThat(room.files()).isEmpty();
    }

    @Test
    void aStaleManifestCostsTimeAndNothingElse() throws Exception {
        byte[] old = TestImage.random(2_000_000, 4);
        Path image = room.image(old);
        ImageSource.of(image).prepare();
        byte[] content = TestImage.random(2_000_000, 5);
        Files.write(image, content);
        Transfer<ReceiveReport> received = room.receive(room.open(room.receiver()), "copy");
        SendReport report = room.open(room.sender()).send(ImageSource.of(image)).await(PATIENCE);
        assertThat(report.isVerifiedByAll()).isTrue();
        assertThat(received.await(PATIENCE).path()).hasBinaryContent(content);
    }

    @Test
    void aBlockDeviceIsSentToItsExactSize() throws Exception {
        byte[] content = TestImage.withZeros(3 * 1_048_576 + 512, 6);
        Path backing = write("backing", content);
        try (LoopDevice device = LoopDevice.of(backing)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> ImageSource.of(device.path()).prepare())
                    .withMessageContaining("nothing tells whether a block device has changed");
            Transfer<ReceiveReport> received = room.receive(room.open(room.receiver()), "copy");
            SendReport report =
                    room.open(room.sender()).send(ImageSource.of(device.path())).await(PATIENCE);
            assertThat(report.isVerifiedByAll()).isTrue();
            assertThat(received.await(PATIENCE).path()).hasBinaryContent(content);
        }
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(room.path(name), content);
    }
}

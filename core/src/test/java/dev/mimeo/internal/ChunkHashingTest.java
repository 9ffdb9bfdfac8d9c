package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mimeo.StorageException;
import dev.mimeo.protocol.manifest.ChunkHasher;
import dev.mimeo.protocol.manifest.ImageObject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ChunkHashingTest {
    private static final int CHUNK = 1 << 20;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK + 12_345})
    void everyLengthHasTheHashesOfItsContent(int length) throws IOException {
        byte[] content = TestImage.random(length, length);
        ImageObject object = hash(TestImage.write(directory.resolve("image"), content));
        assertThat(object.length()).isEqualTo(length);
        assertThat(object.sha256()).hasToString(sha256(content));
        assertThat(object.chunks().count()).isEqualTo((length + CHUNK - 1) / CHUNK);
        ChunkHasher hasher = new ChunkHasher();
        for (int chunk = 0; chunk < object.chunks().count(); chunk++) {
            hasher.update(
                    ByteBuffer.wrap(content, chunk * CHUNK, object.chunks().chunkLength(chunk)));
            assertThat(object.chunks().matches(chunk, hasher.leaf())).isTrue();
            assertThat(object.chunks().isZero(chunk)).isFalse();
        }
    }

    @Test
    void zerosAreFoundWrittenOrNot() throws IOException {
        Path image = directory.resolve("image");
        try (FileChannel file = FileChannel.open(
                image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            file.write(ByteBuffer.wrap(new byte[] {1}), 0);
            file.write(ByteBuffer.allocate(CHUNK), CHUNK);
            file.write(ByteBuffer.wrap(new byte[] {1}), 4L * CHUNK - 1);
            file.write(ByteBuffer.wrap(new byte[] {0}), 4L * CHUNK + 10);
        }
        ImageObject object = hash(image);
        List<Boolean> zeros = new ArrayList<>();
        for (int chunk = 0; chunk < object.chunks().count(); chunk++) {
            zeros.add(object.chunks().isZero(chunk));
        }
        assertThat(zeros).containsExactly(false, true, true, false, true);
        assertThat(object.sha256()).hasToString(sha256(Files.readAllBytes(image)));
    }

    @Test
    void progressCountsUpToTheLength() throws IOException {
        Path image = TestImage.write(directory.resolve("image"), TestImage.random(3 * CHUNK + 1, 1));
        List<Long> progress = new ArrayList<>();
        try (SourceFile file = SourceFile.open(image)) {
            ChunkHashing.hash(file, "image", progress::add, () -> false);
        }
        assertThat(progress).containsExactly((long) CHUNK, 2L * CHUNK, 3L * CHUNK, 3L * CHUNK + 1);
    }

    @Test
    void canBeCancelled() throws IOException {
        Path image = TestImage.write(directory.resolve("image"), TestImage.random(4 * CHUNK, 1));
        List<Long> progress = new ArrayList<>();
        try (SourceFile file = SourceFile.open(image)) {
            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> ChunkHashing.hash(file, "image", progress::add, () -> progress.size() == 2));
        }
        assertThat(progress).hasSize(2);
    }

    @Test
    void canBeInterrupted() throws IOException {
        Path image = TestImage.write(directory.resolve("image"), TestImage.random(4 * CHUNK, 1));
        try (SourceFile file = SourceFile.open(image)) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(InterruptedIOException.class)
                    .isThrownBy(() -> ChunkHashing.hash(file, "image", bytes -> {}, () -> false));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void anImageThatIsWrittenToMeanwhileIsRefused() throws IOException {
        Path image = TestImage.write(directory.resolve("image"), TestImage.random(2 * CHUNK, 1));
        try (SourceFile file = SourceFile.open(image)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> ChunkHashing.hash(file, "image", bytes -> append(image), () -> false))
                    .withMessage(image + " has changed while it was read; try again when it is done");
        }
    }

    @Test
    void anImageThatIsCutMeanwhileIsRefused() throws IOException {
        Path image = TestImage.write(directory.resolve("image"), TestImage.random(2 * CHUNK, 1));
        try (SourceFile file = SourceFile.open(image)) {
            TestImage.write(image, new byte[10]);
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> ChunkHashing.hash(file, "image", bytes -> {}, () -> false))
                    .withMessage("Cannot read " + image + " at offset 0: it ends at 10 of " + 2 * CHUNK
                            + " bytes; somebody has cut it");
        }
    }

    @Test
    void whatIsNoImageIsRefusedByName() {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> SourceFile.open(directory.resolve("none")))
                .withMessage("Cannot read " + directory.resolve("none") + ": there is no such file");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> SourceFile.open(directory))
                .withMessage("Cannot read " + directory + ": it is not a regular file or block device");
    }

    private static ImageObject hash(Path image) throws IOException {
        try (SourceFile file = SourceFile.open(image)) {
            return ChunkHashing.hash(file, "image", bytes -> {}, () -> false);
        }
    }

    private static void append(Path image) {
        try {
            Files.write(image, new byte[1], StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}

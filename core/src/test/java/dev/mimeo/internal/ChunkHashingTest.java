package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mimeo.Progress;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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
            // A chunk that begins with pieces of zeros.
            file.write(ByteBuffer.wrap(new byte[] {1}), 4L * CHUNK - 1);
            file.write(ByteBuffer.wrap(new byte[] {0}), 4L * CHUNK + 10);
        }
        ImageObject object = hash(image);
        List<Boolean> zeros = new ArrayList<>();
        for (int chunk = 0; chunk < object.chunks().count(); chunk++) {
            zeros.add(object.chunks().isZero(chunk));
        }
        assertThat(zeros).containsExactly(false, true, true, false, true);
        byte[] last = new byte[CHUNK];
        last[CHUNK - 1] = 1;
        ChunkHasher hasher = new ChunkHasher();
        hasher.update(ByteBuffer.wrap(last));
        assertThat(object.chunks().matches(3, hasher.leaf())).isTrue();
        assertThat(object.sha256()).hasToString(sha256(Files.readAllBytes(image)));
    }

    @Test
    void progressCountsUpToTheLength() throws IOException {
        Path image = TestImage.write(directory.resolve("image"), TestImage.random(3 * CHUNK + 1, 1));
        List<Long> progress = new ArrayList<>();
        hash(image, latest -> progress.add(latest.bytes()), () -> false);
        assertThat(progress)
                .isSorted()
                .startsWith((long) ChunkHashing.PIECE_LENGTH)
                .endsWith(3L * CHUNK + 1);
    }

    @Test
    void oneHashingServesObjectAfterObject() throws IOException {
        try (ChunkHashing hashing = hashing()) {
            for (int length : List.of(0, 10 * CHUNK + 1, 5, 10 * CHUNK)) {
                byte[] content = TestImage.withZeros(length, length);
                try (SourceFile file = SourceFile.open(TestImage.write(directory.resolve("image"), content))) {
                    ImageObject object = hashing.hash(file, "image");
                    assertThat(object.sha256()).hasToString(sha256(content));
                    assertThat(object.chunks().zeroCount()).isEqualTo(length < CHUNK ? 0 : 4);
                }
            }
        }
    }

    @Test
    void canBeCancelled() throws IOException {
        Path image = TestImage.write(directory.resolve("image"), TestImage.random(4 * CHUNK, 1));
        AtomicInteger asked = new AtomicInteger();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> hash(image, progress -> {}, () -> asked.incrementAndGet() == 3))
                .withMessage("cancelled while " + image + " was hashed");
        assertThat(asked).hasValue(3);
    }

    @Test
    void canBeInterrupted() throws IOException {
        Path image = TestImage.write(directory.resolve("image"), TestImage.random(4 * CHUNK, 1));
        try (SourceFile file = SourceFile.open(image);
                ChunkHashing hashing = hashing()) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(InterruptedIOException.class).isThrownBy(() -> hashing.hash(file, "image"));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void anImageThatIsWrittenToMeanwhileIsRefused() throws IOException {
        Path image = TestImage.write(directory.resolve("image"), TestImage.random(2 * CHUNK, 1));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> hash(image, progress -> append(image), () -> false))
                .withMessageStartingWith(
                        image + " has changed while it was read (its length was " + 2 * CHUNK + " and is ");
    }

    @Test
    void anImageThatIsCutMeanwhileIsRefused() throws IOException {
        Path image = TestImage.write(directory.resolve("image"), TestImage.random(2 * CHUNK, 1));
        try (SourceFile file = SourceFile.open(image);
                ChunkHashing hashing = hashing()) {
            TestImage.write(image, new byte[10]);
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> hashing.hash(file, "image"))
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
        return hash(image, progress -> {}, () -> false);
    }

    private static ImageObject hash(Path image, Consumer<Progress> listener, BooleanSupplier isCancelled)
            throws IOException {
        try (SourceFile file = SourceFile.open(image);
                ChunkHashing hashing = new ChunkHashing(
                        new HashingProgress(file.length(), listener), isCancelled, ThreadMaker.USUAL)) {
            return hashing.hash(file, "image");
        }
    }

    private static ChunkHashing hashing() {
        return new ChunkHashing(new HashingProgress(0, progress -> {}), () -> false, ThreadMaker.USUAL);
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

package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.ImageTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the platform tells of holes, where it does: on Linux, from Java 22 on. */
class HolesTest {
    private static final int MIB = 1 << 20;
    private static final boolean IS_TOLD =
            Runtime.version().feature() >= 22 && System.getProperty("os.name").equals("Linux");

    @TempDir
    Path directory;

    private final byte[] content = TestImage.random(MIB, 1);
    private Path file;

    /** Content in the first and the fifth of eight MiB. */
    @BeforeEach
    void makeSparse() throws IOException {
        file = directory.resolve("sparse");
        try (FileChannel sparse = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            sparse.write(ByteBuffer.wrap(content), 0);
            sparse.write(ByteBuffer.wrap(content), 4L * MIB);
            sparse.write(ByteBuffer.allocate(1), 8L * MIB - 1);
        }
    }

    @Test
    void holesAreToldWhereJavaCanAsk() {
        assertThat(NativeCalls.found().isPresent()).isEqualTo(IS_TOLD);
        try (Holes holes = Holes.of(file)) {
            assertThat(holes.contain(MIB, 3 * MIB)).isEqualTo(IS_TOLD);
            assertThat(holes.contain(5 * MIB, 2 * MIB)).isEqualTo(IS_TOLD);
            assertThat(holes.contain(2 * MIB, 1)).isEqualTo(IS_TOLD);
        }
    }

    @Test
    void contentIsNoHole() {
        try (Holes holes = Holes.of(file)) {
            assertThat(holes.contain(0, MIB)).isFalse();
            assertThat(holes.contain(MIB, 3 * MIB + 1)).isFalse();
            assertThat(holes.contain(5 * MIB - 1, 10)).isFalse();
            assertThat(holes.contain(8L * MIB - 1, 1))
                    .as("a zero was written there")
                    .isFalse();
            assertThat(holes.contain(8L * MIB, 1)).as("behind the end").isFalse();
        }
    }

    @Test
    void theEndOfAFileMayBeAHole() throws IOException {
        try (FileChannel sparse = FileChannel.open(file, StandardOpenOption.WRITE)) {
            sparse.truncate(6L * MIB);
        }
        try (Holes holes = Holes.of(file)) {
            assertThat(holes.contain(5 * MIB, MIB)).isEqualTo(IS_TOLD);
        }
    }

    @Test
    void ofWhatCannotBeOpenedNothingIsTold() {
        try (Holes holes = Holes.of(directory.resolve("missing"))) {
            assertThat(holes).isSameAs(Holes.NONE);
            assertThat(holes.contain(0, 1)).isFalse();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileStaysLockedWhileItsHolesAreAskedFor() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                TargetChannel target = new TargetChannel(channel, "the target", Optional.empty(), Holes.of(file))) {
            target.lock();
            assertThat(target.isHole(MIB, MIB)).isEqualTo(IS_TOLD);
            String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
            assertThat(Files.readAllLines(Path.of("/proc/locks"))).anyMatch(lock -> lock.contains(inode));
        }
    }

    @Test
    void aSourceIsReadWhereItHasContentAndHashedAllTheSame() throws IOException {
        Path dense = Files.write(directory.resolve("dense"), Files.readAllBytes(file));
        try (ChunkHashing hashing =
                        new ChunkHashing(new HashingProgress(0, progress -> {}), () -> false, ThreadMaker.USUAL);
                SourceFile sparse = SourceFile.open(file);
                SourceFile full = SourceFile.open(dense)) {
            assertThat(hashing.hash(sparse, "image")).isEqualTo(hashing.hash(full, "image"));
        }
    }

    @Test
    void aTargetIsReadWhereItHasContent() throws IOException {
        byte[] image = Arrays.copyOf(content, 8 * MIB);
        FaultyStorage storage = new FaultyStorage();
        Path target = Files.move(file, directory.resolve("image"));
        try (TargetRig rig = new TargetRig(ImageTarget.inPlace(target), storage, TargetRig.manifest(image))) {
            assertThat(rig.present()).hasSize(MIB / TargetRig.CHUNK);
            // Content is looked at and then hashed; what should be zero is looked at.
            long shouldBeZero = IS_TOLD ? MIB + 4_096 : 7 * MIB;
            assertThat(storage.bytesRead()).isEqualTo(2 * MIB + shouldBeZero);
        }
    }
}

package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mimeo.StorageException;
import dev.mimeo.protocol.kit.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetFileTest {
    @TempDir
    Path directory;

    private final FaultyStorage storage = new FaultyStorage();

    @Test
    void nothingIsAtTheTargetUntilItIsPublished() throws IOException {
        Path target = directory.resolve("image");
        try (TargetFile file = TargetFile.create(target, 100, 100, storage)) {
            file.write(bytes(1, 2, 3), 50);
            assertThat(target).doesNotExist();
            assertThat(names()).singleElement().asString().matches("\\.image\\.mimeo-[0-9a-f]{16}");
            file.publish();
        }
        byte[] expected = new byte[100];
        expected[50] = 1;
        expected[51] = 2;
        expected[52] = 3;
        assertThat(target).hasBinaryContent(expected);
        assertThat(names()).containsExactly("image");
    }

    @Test
    void whatIsNotPublishedLeavesNothing() throws IOException {
        Path target = Files.writeString(directory.resolve("image"), "old");
        try (TargetFile file = TargetFile.create(target, 100, 100, storage)) {
            file.write(bytes(1), 0);
        }
        assertThat(target).hasContent("old");
        assertThat(names()).containsExactly("image");
    }

    @Test
    void aRegularFileIsReplaced() throws IOException {
        Path target = Files.writeString(directory.resolve("image"), "old and longer");
        publish(target);
        assertThat(target).hasBinaryContent(new byte[] {7});
    }

    @Fault("F34")
    @Test
    void aSymbolicLinkIsReplacedAndNotFollowed() throws IOException {
        Path victim = Files.writeString(directory.resolve("victim"), "precious");
        Path target = Files.createSymbolicLink(directory.resolve("image"), victim);
        publish(target);
        assertThat(victim).hasContent("precious");
        assertThat(Files.isSymbolicLink(target)).isFalse();
        assertThat(target).hasBinaryContent(new byte[] {7});
    }

    @Fault("F34")
    @Test
    void aHardLinkIsReplacedAndItsOtherNameKeepsWhatItHad() throws IOException {
        Path victim = Files.writeString(directory.resolve("victim"), "precious");
        Path target = Files.createLink(directory.resolve("image"), victim);
        publish(target);
        assertThat(victim).hasContent("precious");
        assertThat(target).hasBinaryContent(new byte[] {7});
    }

    @Test
    void aDanglingLinkIsReplacedToo() throws IOException {
        Path nowhere = directory.resolve("nowhere");
        Path target = Files.createSymbolicLink(directory.resolve("image"), nowhere);
        publish(target);
        assertThat(nowhere).doesNotExist();
        assertThat(Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    @Test
    void aDirectoryIsRefused() {
        assertRefused(directory, "Cannot receive into " + directory + ": it is a directory; name a file in it");
    }

    @Test
    void aDeviceIsRefused() {
        assertRefused(
                Path.of("/dev/null"),
                "Cannot receive into /dev/null: it is neither a regular file nor free; name another");
    }

    @Test
    void aMissingDirectoryIsRefused() {
        Path target = directory.resolve("none/image");
        assertRefused(
                target,
                "Cannot receive into " + target + ": there is no directory " + directory.resolve("none")
                        + "; create it");
    }

    @Test
    void tooLittleRoomIsRefusedBeforeTheFirstByte() throws IOException {
        storage.usable = 99;
        Path target = directory.resolve("image");
        assertRefused(
                target,
                "Cannot receive into " + target + ": it needs 100 bytes, and 99 are free in " + directory
                        + "; free some, or choose another target");
        assertThat(names()).isEmpty();
    }

    @Test
    void holesNeedNoRoom() throws IOException {
        storage.usable = 99;
        Path target = directory.resolve("image");
        try (TargetFile file = TargetFile.create(target, 1L << 40, 99, TargetStorage.LOCAL)) {
            file.write(bytes(7), 0);
            assertThat(names()).hasSize(1);
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void aDiskThatFillsUpIsNamed() throws IOException {
        storage.room = 15;
        Path target = directory.resolve("image");
        try (TargetFile file = TargetFile.create(target, 100, 100, storage)) {
            file.write(bytes(new int[10]), 0);
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> file.write(bytes(new int[10]), 10))
                    .withMessageMatching(
                            "Cannot write 10 bytes at offset 10 of .*/\\.image\\.mimeo-[0-9a-f]{16}, to become "
                                    + target + ": No space left on device");
        }
        assertThat(names()).isEmpty();
    }

    @Fault("F48")
    @Test
    void shortWritesAreContinued() throws IOException {
        storage.longestWrite = 3;
        Path target = directory.resolve("image");
        try (TargetFile file = TargetFile.create(target, 8, 8, storage)) {
            file.write(bytes(1, 2, 3, 4, 5, 6, 7, 8), 0);
            ByteBuffer back = ByteBuffer.allocate(8);
            file.read(back, 0);
            assertThat(back.array()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        }
    }

    @Test
    void whatCannotBeForcedIsNotPublished() throws IOException {
        storage.forceFailure = "Input/output error";
        Path target = directory.resolve("image");
        try (TargetFile file = TargetFile.create(target, 8, 8, storage)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(file::publish)
                    .withMessageContaining("durably as " + target + ": Input/output error");
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void aTemporaryThatVanishedIsMissed() throws IOException {
        Path target = directory.resolve("image");
        try (TargetFile file = TargetFile.create(target, 8, 8, storage)) {
            Files.delete(directory.resolve(names().get(0)));
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(file::publish)
                    .withMessageContaining("there is no such file");
        }
    }

    @Test
    void aFileMayTakeAnotherPlaceInItsDirectory() throws IOException {
        Path place = directory.resolve("named");
        Path victim = Files.writeString(directory.resolve("victim"), "precious");
        Files.createSymbolicLink(place, victim);
        try (TargetFile file = TargetFile.create(directory.resolve("object-1"), 1, 1, storage)) {
            file.write(bytes(7), 0);
            file.publish(place);
        }
        assertThat(place).hasBinaryContent(new byte[] {7});
        assertThat(victim).hasContent("precious");
        assertThat(names()).containsExactlyInAnyOrder("named", "victim");
    }

    @Test
    void aDirectoryIsNoPlaceForAFile() throws IOException {
        Path place = Files.createDirectory(directory.resolve("named"));
        try (TargetFile file = TargetFile.create(directory.resolve("object-1"), 1, 1, storage)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> file.publish(place))
                    .withMessageContaining("it is a directory");
        }
        assertThat(names()).containsExactly("named");
    }

    @Test
    void aFileThatWasCutIsNoticedWhenItIsReadBack() throws IOException {
        Path target = directory.resolve("image");
        try (TargetFile file = TargetFile.create(target, 8, 8, storage)) {
            Files.write(directory.resolve(names().get(0)), new byte[3]);
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> file.read(ByteBuffer.allocate(8), 0))
                    .withMessageContaining("it ends at 3 bytes");
        }
    }

    @Test
    void aNameOfFullLengthIsPossible() throws IOException {
        Path target = directory.resolve("n".repeat(255));
        publish(target);
        assertThat(target).hasBinaryContent(new byte[] {7});
    }

    private void publish(Path target) throws StorageException {
        try (TargetFile file = TargetFile.create(target, 1, 1, storage)) {
            file.write(bytes(7), 0);
            file.publish();
        }
    }

    private void assertRefused(Path target, String message) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> TargetFile.create(target, 100, 100, storage).close())
                .withMessage(message);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length);
        for (int value : values) {
            bytes.put((byte) value);
        }
        return bytes.flip();
    }
}

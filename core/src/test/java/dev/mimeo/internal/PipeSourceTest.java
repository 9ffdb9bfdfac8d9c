package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mimeo.ImageSource;
import dev.mimeo.StorageException;
import dev.mimeo.protocol.manifest.Manifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes out of a channel is an image like any other. */
@Timeout(30)
class PipeSourceTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 262_144, 1 << 20, 5_000_001})
    void aPipeIsTheImageThatAFileOfTheSameBytesIs(int length) throws IOException {
        byte[] content = TestImage.withZeros(length, 1);
        Path file = TestImage.write(directory.resolve("image"), content);
        Manifest ofFile = open(ImageSource.of(file)).manifest();
        try (OpenImage open = open(pipe(content))) {
            assertThat(open.manifest().root()).isEqualTo(ofFile.root());
            assertThat(open.manifest().objects()).isEqualTo(ofFile.objects());
            ByteBuffer read = ByteBuffer.allocate(length);
            open.files().get(0).read(read, 0);
            assertThat(read.array()).isEqualTo(content);
        }
        assertThat(names()).containsExactly("image");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void zerosTakeNoRoom() throws IOException {
        byte[] content = new byte[64 << 20];
        content[40 << 20] = 1;
        try (OpenImage open = open(pipe(content))) {
            assertThat(open.files().get(0).length()).isEqualTo(content.length);
            assertThat(roomOfSpool()).isBetween(1L, content.length / 2L);
        }
    }

    /** Returns how many bytes of disk the file has that is open, and has no name any more. */
    private long roomOfSpool() throws IOException {
        Path open = Path.of("/proc/" + ProcessHandle.current().pid() + "/fd");
        try (Stream<Path> descriptors = Files.list(open)) {
            Path spool = descriptors
                    .filter(each -> pointsInto(directory, each))
                    .findFirst()
                    .orElseThrow();
            Process stat = new ProcessBuilder("stat", "-L", "-c", "%b", spool.toString()).start();
            String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return 512 * Long.parseLong(blocks.strip());
        }
    }

    private static boolean pointsInto(Path directory, Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(directory);
        } catch (IOException e) {
            return false; // Closed meanwhile.
        }
    }

    @Test
    void aPipeCanBeReadOnce() throws IOException {
        ImageSource source = pipe(new byte[10]);
        open(source).close();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> open(source.version("2")))
                .withMessage("Cannot read pipe image: it was read before, and can be read once only");
    }

    @Test
    void waitingForAPipeCanBeCancelled() throws IOException {
        Pipe pipe = Pipe.open();
        pipe.sink().write(ByteBuffer.allocate(100));
        AtomicInteger asked = new AtomicInteger();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> ((NamedSource) ImageSource.pipe(pipe.source(), "image", directory))
                        .open(progress -> {}, () -> asked.incrementAndGet() > 3, ThreadMaker.USUAL));
        Eventually.holds(() -> Threads.named("mimeo-pipe").isEmpty());
        assertThat(pipe.source().isOpen()).isFalse();
        pipe.sink().close();
        assertThat(names()).isEmpty();
    }

    @Test
    void aPipeThatBreaksSaysWhere() throws IOException {
        ReadableByteChannel broken = new ReadableByteChannel() {
            private int reads;

            @Override
            public int read(ByteBuffer to) throws IOException {
                if (reads++ == 2) {
                    throw new IOException("the other end is gone");
                }
                int count = to.remaining();
                to.position(to.limit());
                return count;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> open(ImageSource.pipe(broken, "image", directory)))
                .withMessage("Cannot read pipe image at offset 524288: the other end is gone");
        assertThat(names()).isEmpty();
    }

    @Test
    void aSpoolDirectoryThatIsNotThereIsNamed() {
        Path none = directory.resolve("none");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> open(ImageSource.pipe(channel(new byte[1]), "image", none)))
                .withMessageContaining("Cannot create " + none);
    }

    @Test
    void aPipeNeedsANameAndHasNoManifestAheadOfTime() {
        assertThatIllegalArgumentException().isThrownBy(() -> ImageSource.pipe(channel(new byte[1]), ""));
        ImageSource source = pipe(new byte[1]);
        assertThatIllegalStateException().isThrownBy(source::prepare);
        assertThatIllegalStateException().isThrownBy(() -> source.manifest(directory));
    }

    private ImageSource pipe(byte[] content) {
        return ImageSource.pipe(channel(content), "image", directory);
    }

    /** A channel that gives little at a time. */
    private static ReadableByteChannel channel(byte[] content) {
        return Channels.newChannel(new ByteArrayInputStream(content));
    }

    private static OpenImage open(ImageSource source) throws IOException {
        return ((NamedSource) source).open(progress -> {}, () -> false, ThreadMaker.USUAL);
    }

    private Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }
}

package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mimeo.protocol.kit.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real file system that is read-only, or fills up while an image is received, in processes of their own. Needs to be root, to mount it. */
@Timeout(120)
class FullDiskIT {
    private static final long SIZE = 32L << 20;
    private static final String FILE_SYSTEM_SIZE = "size=48m";

    @TempDir
    Path directory;

    private Path small;

    @BeforeEach
    void mount() throws Exception {
        small = Files.createDirectory(directory.resolve("small"));
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/mount"))
                        && run("mount", "-t", "tmpfs", "-o", FILE_SYSTEM_SIZE, "tmpfs", small.toString()) == 0,
                "only root mounts");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", small.toString());
    }

    @Fault("F46")
    @Test
    void whenThereIsRoomAgainTheTransferGoesOn() throws Exception {
        try (Bench bench = new Bench(directory, SIZE)) {
            Path image = bench.image("lab.img", SIZE, 1);
            long content = Bench.contentLength(image);
            Path target = small.resolve("copy");
            Path neighbour = bench.path("copy");
            Child receiver = bench.receive(1, target);
            Child other = bench.receive(2, neighbour);
            Child sender = bench.send(image, "--rate", "100M", "--min-receivers", "2");
            bench.tap().awaitContent(content / 2, sender);
            Path filler = fill();

            assertThat(receiver.await()).as("%s", receiver).isEqualTo(ExitCode.STORAGE.number());
            assertThat(receiver.toString())
                    .containsPattern("Cannot write .*" + target.getFileName()
                            + ".*: No space left on device; it needs [0-9]+" + " bytes, and [0-9]+ are free");
            assertThat(other.await()).as("%s", other).isZero();
            assertThat(neighbour).hasSameBinaryContentAs(image);
            assertThat(sender.await()).as("%s", sender).isEqualTo(ExitCode.INCOMPLETE.number());
            long held = Bench.matchingLength(image, Bench.part(target));
            assertThat(held).isPositive();

            Files.delete(filler);
            Child again = bench.receive(1, target);
            Child resumed = bench.send(image, "--rate", "100M");
            assertThat(again.await()).as("%s%n%s", again, resumed).isZero();
            assertThat(resumed.await()).as("%s", resumed).isZero();
            assertThat(target).hasSameBinaryContentAs(image);
            assertThat(again.reported("presentBytes")).isGreaterThanOrEqualTo(held);
            System.out.printf(
                    "disk full: %d of %d were whole, %d not asked for again, %d bytes sent%n",
                    held, content, again.reported("presentBytes"), resumed.reported("wireBytes"));
        }
    }

    @Fault("F46")
    @Test
    void whatDoesNotFitIsRefusedBeforeTheFirstByte() throws Exception {
        try (Bench bench = new Bench(directory, SIZE)) {
            Path filler = fill();
            Path image = bench.image("lab.img", SIZE, 1);
            Child receiver = bench.receive(1, small.resolve("copy"));
            bench.send(image, "--rate", "100M");

            assertThat(receiver.await()).as("%s", receiver).isEqualTo(ExitCode.STORAGE.number());
            assertThat(receiver.toString()).containsPattern("it needs [0-9]+ bytes, and [0-9]+ are free");
            assertThat(bench.tap().contentBytes()).isZero();
            assertThat(small).isDirectoryContaining(filler::equals);
            try (var files = Files.list(small)) {
                assertThat(files).containsExactly(filler);
            }
        }
    }

    @Fault("F48")
    @Test
    void aReadOnlyFileSystemIsNamedBeforeTheFirstByte() throws Exception {
        assertThat(run("mount", "-o", "remount,ro", small.toString())).isZero();
        try (Bench bench = new Bench(directory, SIZE)) {
            Path target = small.resolve("copy");
            Child receiver = bench.receive(1, target);
            bench.send(bench.image("lab.img", SIZE, 1), "--rate", "100M");

            assertThat(receiver.await()).as("%s", receiver).isEqualTo(ExitCode.STORAGE.number());
            assertThat(receiver.toString()).contains(Bench.part(target) + " to receive into: Read-only file system");
            assertThat(bench.tap().contentBytes()).isZero();
        }
    }

    /** Leaves no room, whoever else writes. */
    private Path fill() throws IOException {
        Path filler = Files.createFile(small.resolve("filler"));
        byte[] piece = new byte[1 << 16];
        while (true) {
            try {
                Files.write(filler, piece, StandardOpenOption.APPEND);
            } catch (IOException full) {
                assertThat(full).hasMessageContaining("No space left");
                return filler;
            }
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}

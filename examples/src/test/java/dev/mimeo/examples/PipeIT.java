package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pipes of the README, in a shell; through gzip where there is no zstd. */
@Timeout(120)
class PipeIT {
    private static final String ZIP = isThere("zstd") ? "zstd" : "gzip";
    private static final int LENGTH = 1 << 20;

    @Test
    void anImageTravelsCompressedAndIsDecompressedWhenItIsVerified(@TempDir Path directory) throws Exception {
        byte[] content = new byte[LENGTH];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < LENGTH; i++) {
            content[i] = (byte) (random.nextInt() & 1);
        }
        Path image = Files.write(directory.resolve("lab.img"), content);
        Path packed = directory.resolve("lab.img.zst");
        Path copy = directory.resolve("copy.img");
        try (Child receiver = start(
                        "\"$@\" && " + ZIP + " -dc <" + packed + " >" + copy, "receive", "--out", packed.toString());
                Child sender = start(ZIP + " -c " + image + " | \"$@\"", "send", "-", "--name", "lab.img.zst")) {
            assertThat(receiver.await()).as("%s%n%s", receiver, sender).isZero();
            assertThat(sender.await()).as("%s", sender).isZero();
            assertThat(sender.reported("bytes")).isEqualTo(Files.size(packed)).isLessThan(LENGTH / 2);
        }
        assertThat(copy).hasBinaryContent(content);
    }

    /** Starts the command as {@code $@} of a shell. */
    private static Child start(String shell, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--group", "239.255.78.63:6063", "--interface", "127.0.0.1", "--ttl", "0", "--json"));
        return Child.start(List.of("sh", "-c", shell, "sh"), LanClass.MACHINE, all);
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}

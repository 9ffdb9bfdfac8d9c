package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that may have very little memory, and an image far larger than that, most of it a hole.
 *
 * <pre>
 *   mimeo.large   bytes of the image; default: 512 MiB
 * </pre>
 */
@Timeout(3_600)
class LittleMemoryIT {
    private static final long SIZE = Long.getLong("mimeo.large", 1L << 29);
    private static final long CONTENT = 16L << 20;

    @TempDir
    Path directory;

    @Test
    @Fault({"F45", "F51"})
    void anImageFarLargerThanTheMemoryArrives(FaultRecord record) throws Exception {
        try (Bench bench = new Bench(directory, SIZE).machine("-Xmx32m", "-XX:MaxDirectMemorySize=16m")) {
            Path image = bench.image("lab.img", CONTENT, 1);
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(SIZE);
                file.seek(SIZE - 1);
                file.write(1);
            }
            Path target = bench.path("copy");
            Child receiver = bench.receive(1, target);
            Child sender = bench.send(image, "--rate", "200M");
            assertThat(receiver.await()).as("%s%n%s", receiver, sender).isZero();
            assertThat(sender.await()).as("%s", sender).isZero();
            assertThat(sender.toString() + receiver).doesNotContain("OutOfMemoryError");
            assertThat(Bench.mismatch(image, target)).isNegative();
            record.runs(2)
                    .atLeast(
                            "times the image is as large as heap and direct memory together",
                            SIZE / 48.0 / (1 << 20),
                            10);
        }
    }
}

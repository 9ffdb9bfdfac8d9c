package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.ReceiveReport;
import dev.mimeo.Transfer;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One session after another in one process, of a sender and a receiver that are opened and closed each time: what the process
 * holds does not grow.
 *
 * <pre>
 *   mimeo.sessions   how many, after a few that warm up; default: 3
 * </pre>
 */
@Timeout(3_600)
class ManySessionsIT {
    private static final int SESSIONS = Integer.getInteger("mimeo.sessions", 3);
    private static final int WARM_UP = 2;
    private static final int ENOUGH_LOOKS = 30;
    private static final double MEBIBYTE = 1 << 20;

    @TempDir
    Path directory;

    /** What a process holds when nothing is under way. */
    private record Held(double heapMebibytes, double directMebibytes, int threads, long descriptors) {
        static Held now() {
            return new Held(
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MEBIBYTE,
                    directBytes() / MEBIBYTE,
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                            .getOpenFileDescriptorCount());
        }
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /**
     * Waits for threads that end, and for buffers that are given back some time after the collector has found them: until no
     * more than so many bytes are left, or for a while no fewer. Other tests of this process may have left some.
     */
    private static void awaitQuiet(long mostDirectBytes) {
        long[] least = {Long.MAX_VALUE};
        int[] looks = {0};
        Eventually.holds(() -> {
            System.gc();
            long left = directBytes();
            looks[0] = left < least[0] ? 0 : looks[0] + 1;
            least[0] = Math.min(left, least[0]);
            return Threads.named("mimeo-").isEmpty() && (left <= mostDirectBytes || looks[0] >= ENOUGH_LOOKS);
        });
    }

    @Test
    @Fault("F29")
    void whatAProcessHoldsDoesNotGrow(FaultRecord record) throws Exception {
        byte[] content = TestImage.random(500_000, 1);
        for (int i = 0; i < WARM_UP; i++) {
            session(content);
        }
        awaitQuiet(0);
        Held before = Held.now();
        long directBefore = directBytes();
        for (int i = 0; i < SESSIONS; i++) {
            session(content);
        }
        awaitQuiet(directBefore);
        Held after = Held.now();
        System.out.printf(Locale.ROOT, "before %s, after %d sessions more %s%n", before, SESSIONS, after);
        record.runs(SESSIONS)
                .atMost("MiB of heap more", after.heapMebibytes() - before.heapMebibytes(), 4)
                .atMost("MiB of direct memory more", after.directMebibytes() - before.directMebibytes(), 1)
                .atMost("threads more", after.threads() - before.threads(), 1)
                .atMost("descriptors more", after.descriptors() - before.descriptors(), 0);
    }

    private void session(byte[] content) throws Exception {
        try (Classroom room = new Classroom(directory)) {
            ImageReceiver receiver = room.open(room.receiver());
            ImageSender sender = room.open(room.sender());
            Transfer<ReceiveReport> received = room.receive(receiver, "copy");
            sender.send(ImageSource.of(room.image(content))).await(Classroom.PATIENCE);
            assertThat(received.await(Classroom.PATIENCE).path()).hasBinaryContent(content);
        }
        Files.delete(directory.resolve("copy"));
    }
}

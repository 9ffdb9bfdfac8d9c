package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that die without a word, at moments drawn at random, and are started again. Everybody ends with the image, and
 * hardly anything is sent twice: what had not come to rest in the target when the process died.
 *
 * <pre>
 *   mimeo.crash.points      how many moments; default: 2
 *   mimeo.crash.receivers   at how many receivers, where the sender dies; default: 2
 *   mimeo.crash.seed        default: 1
 *   mimeo.crash.size        bytes of the image; default: 32 MiB
 *   mimeo.crash.rate        default: 200M
 *   mimeo.crash.device      a loop device that is written over; default: none, and no such test
 * </pre>
 *
 * <p>{@link Bench} says how to move them into network namespaces. Each point is one line of a table on standard output.
 */
@Timeout(3_600)
class CrashIT {
    private static final int POINTS = Integer.getInteger("mimeo.crash.points", 2);
    private static final int RECEIVERS = Integer.getInteger("mimeo.crash.receivers", 2);
    private static final long SEED = Long.getLong("mimeo.crash.seed", 1);
    private static final long SIZE = Long.getLong("mimeo.crash.size", 32L << 20);
    /**
     * What may be under way when a process dies: datagrams in its socket (their buffer is 4 MiB, which Linux doubles), blocks
     * on their way to the disk, a chunk or two that are not whole. On a machine with time to spare it is a megabyte or two.
     */
    private static final long IN_FLIGHT = 12L << 20;

    private static final String[] SENDER = {
        "--rate", System.getProperty("mimeo.crash.rate", "200M"), "--max-wait", "60s"
    };

    @TempDir
    Path directory;

    private final SplittableRandom random = new SplittableRandom(~SEED);
    private Path image;
    private long content;

    @BeforeEach
    void makeImage() throws IOException {
        image = directory.resolve("lab.img");
        DemoImage.create(image, SIZE, new SplittableRandom(SEED));
        content = Bench.contentLength(image);
    }

    @Fault("F21")
    @Test
    void aReceiverThatDiesGoesOnWhereItWas(FaultRecord record) throws Exception {
        for (int point = 0; point < POINTS; point++) {
            Path target = directory.resolve("copy");
            killReceiver(record, "receiver", point, target, Bench.part(target));
            assertThat(Bench.part(target)).doesNotExist();
            Files.delete(target);
        }
    }

    @Fault("F21")
    @Test
    void aReceiverThatDiesWhileItChangesAFileGoesOnWhereItWas(FaultRecord record) throws Exception {
        for (int point = 0; point < Math.max(1, POINTS / 3); point++) {
            Path target = directory.resolve("copy");
            garble(target, SIZE / 2);
            killReceiver(record, "in place", point, target, target, "--in-place");
            assertThat(Files.size(target)).isEqualTo(SIZE);
            Files.delete(target);
        }
    }

    /** Wants a device that is larger than the image, and may be overwritten. */
    @Test
    @Fault("F21")
    @EnabledIfSystemProperty(named = "mimeo.crash.device", matches = "/dev/loop.*")
    void aReceiverThatDiesWhileItWritesADeviceGoesOnWhereItWas(FaultRecord record) throws Exception {
        Path device = Path.of(System.getProperty("mimeo.crash.device"));
        long behind;
        try (FileChannel channel = FileChannel.open(device)) {
            behind = channel.size() - SIZE;
        }
        for (int point = 0; point < POINTS; point++) {
            byte[] garbage = garble(device, SIZE + behind);
            killReceiver(record, "device", point, device, device, "--device");
            try (FileChannel channel = FileChannel.open(device)) {
                ByteBuffer read = ByteBuffer.allocate((int) behind);
                assertThat(channel.read(read, SIZE)).isEqualTo((int) behind);
                assertThat(read.array())
                        .as("what lies behind the image")
                        .isEqualTo(Arrays.copyOfRange(garbage, (int) SIZE, garbage.length));
            }
        }
    }

    private byte[] garble(Path target, long length) throws IOException {
        byte[] garbage = new byte[(int) length];
        random.nextBytes(garbage);
        Files.write(target, garbage, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return garbage;
    }

    /**
     * Kills a receiver at a moment drawn at random, starts it again, and waits until it has the image.
     *
     * @param store where it stores what it receives; the target itself, if it does not replace it in the end
     */
    private void killReceiver(FaultRecord record, String who, int point, Path target, Path store, String... options)
            throws Exception {
        record.run();
        boolean isLate = point % 10 == 9;
        long moment = isLate ? content : random.nextLong(content);
        try (Bench bench = new Bench(directory, SIZE)) {
            Child receiver = bench.receive(1, target, options);
            Child sender = bench.send(image, SENDER);
            bench.tap().awaitContent(moment, receiver);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(isLate ? 400 : 20));
            boolean died = receiver.kill();
            long heard = bench.tap().contentBytes();
            if (!died || !store.equals(target) && Files.exists(target)) {
                assertThat(Bench.mismatch(image, target))
                        .as("it is there whole or not at all: %s", receiver)
                        .isNegative();
                tell(who, point, heard, content, content, 0, 0);
                return;
            }
            if (point % 3 == 2) {
                Child hashing = bench.receive(1, target, options);
                TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(700));
                hashing.kill();
            }
            long held = Bench.matchingLength(image, store);

            long start = System.nanoTime();
            Child again = bench.receive(1, target, options);
            if (endsBefore(again, sender)) {
                sender = bench.send(image, SENDER);
            }
            assertThat(again.await()).as("%s%n%s", again, sender).isZero();
            double seconds = (System.nanoTime() - start) / 1e9;
            assertThat(Bench.mismatch(image, target))
                    .as("first byte that differs")
                    .isNegative();
            long present = again.reported("presentBytes");
            tell(who, point, heard, held, present, Math.max(0, heard - present), seconds);
            assertThat(present).as("what was whole is not fetched again").isGreaterThanOrEqualTo(held);
            record.atMost("bytes fetched again", heard - present, IN_FLIGHT);
        }
    }

    /** Returns whether the sender knew that the receiver had everything before it died, and does not wait for it. */
    private static boolean endsBefore(Child again, Child sender) throws InterruptedException {
        while (again.isRunning() && sender.isRunning()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        TimeUnit.SECONDS.sleep(again.isRunning() ? 2 : 0);
        return again.isRunning();
    }

    @Fault("F19")
    @Test
    void aSenderThatDiesIsReplacedByAnother(FaultRecord record) throws Exception {
        for (int point = 0; point < POINTS; point++) {
            killSender(record, point, random.nextLong(content));
        }
        record.runs(POINTS);
    }

    private void killSender(FaultRecord record, int point, long moment) throws Exception {
        try (Bench bench = new Bench(directory, SIZE)) {
            List<Path> targets = new ArrayList<>();
            List<Child> receivers = new ArrayList<>();
            for (int seat = 1; seat <= RECEIVERS; seat++) {
                targets.add(directory.resolve("seat-" + seat + "-" + point));
                receivers.add(bench.receive(seat, targets.get(seat - 1)));
            }
            Child sender = bench.send(image, concat(SENDER, "--min-receivers", "" + RECEIVERS));
            bench.tap().awaitContent(moment, sender);
            sender.kill();
            TimeUnit.MILLISECONDS.sleep(200);
            long heard = bench.tap().contentBytes();
            long held = content;
            for (Path target : targets) {
                held = Math.min(held, Bench.matchingLength(image, Bench.part(target)));
            }

            long start = System.nanoTime();
            Child replacement = bench.send(image, SENDER);
            for (Child receiver : receivers) {
                assertThat(receiver.await()).as("%s%n%s", receiver, replacement).isZero();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            for (Path target : targets) {
                assertThat(target).hasSameBinaryContentAs(image);
            }
            assertThat(replacement.await()).as("%s", replacement).isZero();
            long sent = bench.tap().contentBytes() - heard;
            for (Path target : targets) {
                Files.delete(target);
            }
            tell("sender", point, heard, held, content - sent, heard - (content - sent), seconds);
            record.atMost("bytes that the second sent again", sent - (content - heard), IN_FLIGHT);
        }
    }

    /** On another node it is refused only when the first has been silent for half a minute: that one might come back. */
    @Fault("F20")
    @Test
    void aSenderOfAnotherImageIsRefusedAndNothingIsMixed(FaultRecord record) throws Exception {
        Path other = directory.resolve("other.img");
        DemoImage.create(other, SIZE, new SplittableRandom(SEED + 1));
        for (int point = 0; point < Math.max(1, POINTS / 3); point++) {
            replaceImage(point, other, point % 2 == 0 ? "1" : "2");
        }
        record.runs(Math.max(1, POINTS / 3) * RECEIVERS);
    }

    private void replaceImage(int point, Path other, String otherNode) throws Exception {
        try (Bench bench = new Bench(directory, SIZE)) {
            List<Path> targets = new ArrayList<>();
            List<Child> receivers = new ArrayList<>();
            for (int seat = 1; seat <= RECEIVERS; seat++) {
                Path target = Files.writeString(directory.resolve("seat-" + seat), "what was there before");
                targets.add(target);
                receivers.add(bench.receive(seat, target));
            }
            Child sender = bench.send(image, concat(SENDER, "--node-id", "1", "--min-receivers", "" + RECEIVERS));
            bench.tap().awaitContent(random.nextLong(content * 9 / 10), sender);
            sender.kill();

            Child replacement = bench.send(other, concat(SENDER, "--node-id", otherNode));
            for (int i = 0; i < RECEIVERS; i++) {
                Child receiver = receivers.get(i);
                assertThat(receiver.await()).as("%s", receiver).isEqualTo(ExitCode.REFUSED.number());
                assertThat(receiver.toString()).contains("another image");
                assertThat(targets.get(i)).hasContent("what was there before");
                receivers.set(i, bench.receive(i + 1, targets.get(i)));
            }
            for (int i = 0; i < RECEIVERS; i++) {
                assertThat(receivers.get(i).await())
                        .as("%s%n%s", receivers.get(i), replacement)
                        .isZero();
                assertThat(targets.get(i)).hasSameBinaryContentAs(other);
                Files.delete(targets.get(i));
            }
            System.out.printf("another image %d: %d receivers refused it, then received it%n", point, RECEIVERS);
        }
    }

    private static String[] concat(String[] options, String... more) {
        return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
    }

    private static void tell(String who, int point, long heard, long held, long present, long again, double seconds) {
        System.out.printf(
                "%s %d: had gone by %d, whole in the target %d, not asked for again %d, again %d, %.1f s%n",
                who, point, heard, held, present, again, seconds);
    }
}

package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that die without a word, at moments drawn at random, and are started again. Everybody ends with the image, and
 * hardly anything is sent twice: what had not come to rest in the target when the process died.
 *
 * <pre>
 *   mimeo.crash.points      how many moments; default: 3
 *   mimeo.crash.receivers   at how many receivers, where the sender dies; default: 2
 *   mimeo.crash.seed        default: 1
 *   mimeo.crash.size        bytes of the image; default: 48 MiB
 *   mimeo.crash.rate        default: 200M
 * </pre>
 *
 * <p>{@link Bench} says how to move them into network namespaces. Each point is one line of a table on standard output.
 */
@Timeout(3_600)
class CrashIT {
    private static final int POINTS = Integer.getInteger("mimeo.crash.points", 3);
    private static final int RECEIVERS = Integer.getInteger("mimeo.crash.receivers", 2);
    private static final long SEED = Long.getLong("mimeo.crash.seed", 1);
    private static final long SIZE = Long.getLong("mimeo.crash.size", 48L << 20);
    /** What may be under way when a process dies: datagrams in its socket, blocks that are not whole, a chunk or two. */
    private static final long IN_FLIGHT = 6L << 20;

    private static final String[] SENDER = {
        "--rate", System.getProperty("mimeo.crash.rate", "200M"), "--max-wait", "60s"
    };

    @TempDir
    Path directory;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private Path image;
    private long content;

    @BeforeEach
    void makeImage() throws IOException {
        image = directory.resolve("lab.img");
        DemoImage.create(image, SIZE, new SplittableRandom(SEED));
        content = Bench.contentLength(image);
    }

    @Test
    void aReceiverThatDiesGoesOnWhereItWas() throws Exception {
        for (int point = 0; point < POINTS; point++) {
            boolean isLate = point % 10 == 9;
            killReceiver(point, isLate ? content : random.nextLong(content), random.nextInt(isLate ? 400 : 20));
        }
    }

    private void killReceiver(int point, long moment, int laterMillis) throws Exception {
        Path target = directory.resolve("copy-" + point);
        try (Bench bench = new Bench(directory, SIZE)) {
            Child receiver = bench.receive(1, target);
            Child sender = bench.send(image, SENDER);
            bench.tap().awaitContent(moment, receiver);
            TimeUnit.MILLISECONDS.sleep(laterMillis);
            receiver.kill();
            long heard = bench.tap().contentBytes();
            if (Files.exists(target)) {
                assertThat(target).as("it is published whole or not at all").hasSameBinaryContentAs(image);
                tell("receiver", point, heard, content, content, 0, 0);
                return;
            }
            boolean diesTwice = point % 3 == 2;
            if (diesTwice) {
                Child hashing = bench.receive(1, target);
                TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(700));
                hashing.kill();
            }
            long held = Files.exists(target) ? content : Bench.matchingLength(image, Bench.part(target));

            long start = System.nanoTime();
            Child again = bench.receive(1, target);
            assertThat(again.await()).as("%s%n%s", again, sender).isZero();
            double seconds = (System.nanoTime() - start) / 1e9;
            assertThat(target).hasSameBinaryContentAs(image);
            assertThat(Bench.part(target)).doesNotExist();
            long present = again.reported("presentBytes");
            tell("receiver", point, heard, held, present, Math.max(0, heard - present), seconds);
            assertThat(present).as("what was whole is not fetched again").isGreaterThanOrEqualTo(held);
            assertThat(heard - present).as("fetched again").isLessThanOrEqualTo(IN_FLIGHT);
        } finally {
            Files.deleteIfExists(target);
        }
    }

    @Test
    void aSenderThatDiesIsReplacedByAnother() throws Exception {
        for (int point = 0; point < POINTS; point++) {
            killSender(point, random.nextLong(content));
        }
    }

    private void killSender(int point, long moment) throws Exception {
        try (Bench bench = new Bench(directory, SIZE)) {
            List<Path> targets = new ArrayList<>();
            List<Child> receivers = new ArrayList<>();
            for (int seat = 1; seat <= RECEIVERS; seat++) {
                targets.add(directory.resolve("seat-" + seat + "-" + point));
                receivers.add(bench.receive(seat, targets.get(seat - 1)));
            }
            Child sender = bench.send(image, SENDER);
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
            assertThat(sent).as("sent by the second").isLessThanOrEqualTo(content - heard + IN_FLIGHT);
        }
    }

    @Test
    void aSenderOfAnotherImageIsRefusedAndNothingIsMixed() throws Exception {
        Path target = Files.writeString(directory.resolve("copy"), "what was there before");
        try (Bench bench = new Bench(directory, SIZE)) {
            Path other = bench.image("other.img", SIZE, SEED + 1);
            Child receiver = bench.receive(1, target);
            Child sender = bench.send(image, "--node-id", "1", "--rate", "200M");
            bench.tap().awaitContent(random.nextLong(content), sender);
            sender.kill();

            Child replacement = bench.send(other, "--node-id", "1", "--rate", "200M");
            assertThat(receiver.await()).as("%s", receiver).isEqualTo(ExitCode.REFUSED.number());
            assertThat(receiver.says(Pattern.compile("another image"))).isTrue();
            assertThat(target).hasContent("what was there before");

            Child again = bench.receive(1, target);
            assertThat(again.await()).as("%s%n%s", again, replacement).isZero();
            assertThat(target).hasSameBinaryContentAs(other);
        }
    }

    private static void tell(String who, int point, long heard, long held, long present, long again, double seconds) {
        System.out.printf(
                "%s %d: had gone by %d, whole in the target %d, not asked for again %d, again %d, %.1f s%n",
                who, point, heard, held, present, again, seconds);
    }
}

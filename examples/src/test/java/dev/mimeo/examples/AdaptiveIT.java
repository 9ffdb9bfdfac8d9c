package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The default rate on a real network stack: processes of their own, on a {@link Lan} with lines of 1 Gbit/s. What a busy
 * machine cannot keep up with is no fault of the rate; what is asked of an idle one is asked only if it is said that it is.
 *
 * <pre>
 *   mimeo.adaptive.idle   whether nothing else runs here; default: false
 *   mimeo.adaptive.size   bytes of the image; default: 256 MiB
 *   mimeo.adaptive.rate   of the lines; default: 1gbit
 *   mimeo.adaptive.queue  of the lines, in bytes; default: 500,000
 * </pre>
 *
 * <p>Each run is one line on standard output.
 */
@Timeout(180)
class AdaptiveIT {
    private static final boolean IS_IDLE = Boolean.getBoolean("mimeo.adaptive.idle");
    private static final long SIZE = Long.getLong("mimeo.adaptive.size", 256L << 20);
    private static final String RATE = System.getProperty("mimeo.adaptive.rate", "1gbit");
    private static final int QUEUE = Integer.getInteger("mimeo.adaptive.queue", 500_000);
    private static final String ADDRESS = "239.255.79.2";
    private static final String PORT = "6179";
    private static final String GROUP = ADDRESS + ":" + PORT;
    private static final long DISK = 20_000_000;
    private static final long SAMPLE_MILLIS = 100;
    private static final long FRAME = 1_500;

    @TempDir
    Path directory;

    private final List<Child> children = new ArrayList<>();

    private Child start(List<String> prefix, Class<?> program, String... arguments) {
        Child child =
                Child.start(prefix, List.of("-Xmx256m", "-XX:MaxDirectMemorySize=160m"), program, List.of(arguments));
        children.add(child);
        return child;
    }

    private Child send(Lan lan, Path image) {
        return start(
                lan.atSender(),
                MimeoCommand.class,
                concat("send", image.toString(), "--group", GROUP, "--interface", Lan.INTERFACE, "--json"));
    }

    private static String[] concat(String... words) {
        return Stream.of(words).toArray(String[]::new);
    }

    private Path image(long length) throws IOException {
        Path image = directory.resolve("lab.img");
        DemoImage.create(image, length, new SplittableRandom(1));
        return image;
    }

    /** Returns what came to a receiver in each sample since the first data did, in bits per second, until it ends. */
    private static List<Double> rates(Child receiver, long[] overrun) throws InterruptedException {
        List<Double> rates = new ArrayList<>();
        try {
            long before = Lan.receivedBytes(receiver);
            long nanos = System.nanoTime();
            while (receiver.isRunning()) {
                TimeUnit.MILLISECONDS.sleep(SAMPLE_MILLIS);
                long now = System.nanoTime();
                long bytes = Lan.receivedBytes(receiver);
                double rate = (bytes - before) * 8e9 / (now - nanos);
                if (!rates.isEmpty() || rate > 1e6) {
                    rates.add(rate);
                }
                before = bytes;
                nanos = now;
                overrun[0] = Lan.overrun(receiver);
            }
        } catch (IOException e) {
            // It has ended.
            return rates;
        }
        return rates;
    }

    private static double mean(List<Double> rates, double from, double to) {
        return rates.stream()
                .skip((long) (from * 1_000 / SAMPLE_MILLIS))
                .limit((long) Math.max(0, (to - from) * 1_000 / SAMPLE_MILLIS))
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(0);
    }

    @Test
    void itFindsTheSpeedOfTheLine() throws Exception {
        try (Lan lan = new Lan(1, RATE, QUEUE)) {
            Path image = image(SIZE);
            Path target = directory.resolve("copy");
            Child receiver = start(
                    lan.atReceiver(1),
                    MimeoCommand.class,
                    concat(
                            "receive",
                            "--group",
                            GROUP,
                            "--interface",
                            Lan.INTERFACE,
                            "--out",
                            target.toString(),
                            "--json"));
            Child sender = send(lan, image);
            long[] overrun = new long[1];
            List<Double> rates = rates(receiver, overrun);
            assertThat(receiver.await()).as("%s%n%s", receiver, sender).isZero();
            assertThat(sender.await()).as("%s", sender).isZero();

            double line = RATE.equals("1gbit") ? 1e9 : Double.parseDouble(RATE.replace("mbit", "e6"));
            double seconds = SAMPLE_MILLIS / 1e3;
            long fast = rates.stream().takeWhile(rate -> rate < 0.9 * line).count();
            double flowing = rates.stream().filter(rate -> rate > 0.02 * line).count() * seconds;
            double mean = mean(rates, fast < rates.size() ? fast * seconds : 0, flowing - seconds);
            double frames = sender.reported("wireBytes") / (double) FRAME;
            double lost = (lan.dropped(1) + overrun[0]) / frames;
            System.out.printf(
                    "adaptive, %s: nine tenths after %.1f s, then %.0f Mbit/s; lost %.2f %% (%d in the queue, %d at the"
                            + " receiver), repaired %.2f %%%n",
                    RATE,
                    fast * seconds,
                    mean / 1e6,
                    100 * lost,
                    lan.dropped(1),
                    overrun[0],
                    100.0 * sender.reported("repairBytes") / sender.reported("sourceBytes"));
            if (IS_IDLE) {
                assertThat(fast * seconds).isLessThan(3);
                assertThat(mean).isGreaterThan(0.9 * line);
                assertThat(lost).isLessThan(0.005);
            }
        } finally {
            children.forEach(Child::close);
        }
    }

    @Test
    void itFollowsADiskAndDropsNobody() throws Exception {
        try (Lan lan = new Lan(1, RATE, QUEUE)) {
            Path image = image(224L << 20);
            Path target = directory.resolve("copy");
            Child receiver = start(
                    lan.atReceiver(1),
                    SlowDisk.class,
                    concat(ADDRESS, PORT, Lan.INTERFACE, target.toString(), Long.toString(DISK)));
            Child sender = send(lan, image);
            List<Double> rates = rates(receiver, new long[1]);
            assertThat(receiver.await()).as("%s%n%s", receiver, sender).isZero();
            assertThat(sender.await()).as("%s", sender).isZero();

            double mean = mean(rates, 4, 7) / 8;
            System.out.printf(
                    "adaptive, a disk of %d MB/s: %.1f MB/s arrive; repaired %.2f %%%n",
                    DISK / 1_000_000,
                    mean / 1e6,
                    100.0 * sender.reported("repairBytes") / sender.reported("sourceBytes"));
            assertThat(mean).isBetween(0.6 * DISK, 1.3 * DISK);
            assertThat(sender.reported("repairBytes"))
                    .isLessThan(sender.reported("sourceBytes") / (IS_IDLE ? 100 : 10));
        } finally {
            children.forEach(Child::close);
        }
    }
}

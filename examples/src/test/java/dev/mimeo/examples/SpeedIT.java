package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How fast an image reaches a class, and what it costs, beside udpcast where that is installed: by turns, each process on a host
 * of its own of a {@link Lan}, whose lines are as fast as the machine unless one is slower.
 *
 * <pre>
 *   mimeo.speed.receivers  how many, such as 1,4,8; default: 2
 *   mimeo.speed.sizes      of the image in MiB, such as 64,1024; default: 8
 *   mimeo.speed.rounds     of which the medians count; default: 1
 *   mimeo.speed.loss       how many of a thousand datagrams each receiver loses, such as 10,50; default: 0
 *   mimeo.speed.line       to each receiver, as tc spells it, such as 1gbit; default: as fast as the machine
 * </pre>
 *
 * <p>The image is random bytes, and prepared. The time is from the first 64 KiB that the sender's host has sent to the end of the
 * last receiver's process, which includes that every hash matched and the sender knows; for udpcast until its file is whole.
 * Each row is a line on standard output.
 */
@Timeout(3_600)
class SpeedIT {
    private static final List<Integer> RECEIVERS = numbers("mimeo.speed.receivers", "2");
    private static final List<Integer> SIZES = numbers("mimeo.speed.sizes", "8");
    private static final List<Integer> LOSSES = numbers("mimeo.speed.loss", "0");
    private static final String LINE = System.getProperty("mimeo.speed.line", "40gbit");
    private static final int ROUNDS = Integer.getInteger("mimeo.speed.rounds", 1);
    private static final int MEBIBYTE = 1 << 20;
    private static final long BEGUN = 1 << 16;
    private static final long TICK_NANOS = 2_000_000;
    /** Nanoseconds for a byte: at 2 MB/s it is given up. */
    private static final long SLOWEST = 500;

    private static final Path UDPCAST = Path.of("/usr/bin/udp-sender");
    private static final String PORT = "6200";

    @TempDir
    Path directory;

    /** What one transfer took. */
    private record Run(double seconds, double senderCpu, double receiverCpu, long wireBytes) {}

    private interface Tool {
        Child receiver(Lan lan, int seat, Path out) throws Exception;

        Child sender(Lan lan, Path image, int receivers) throws Exception;

        /** Returns whether a receiver has the image, as far as can be seen from outside. */
        default boolean hasIt(Child receiver, Path target, long bytes) throws IOException {
            return !receiver.isRunning();
        }
    }

    private static final class Mimeo implements Tool {
        private static final List<String> MACHINE = new ArrayList<>(LanClass.MACHINE);

        static {
            if (Runtime.version().feature() >= 22) {
                MACHINE.add("--enable-native-access=ALL-UNNAMED");
            }
        }

        @Override
        public Child receiver(Lan lan, int seat, Path out) throws InterruptedException {
            Child receiver = start(lan.atReceiver(seat), "receive", "--out", "" + out);
            receiver.awaitLine("\"waiting\"");
            return receiver;
        }

        @Override
        public Child sender(Lan lan, Path image, int receivers) {
            return start(lan.atSender(), "send", "" + image, "--others-only", "--min-receivers", "" + receivers);
        }

        private static Child start(List<String> host, String... arguments) {
            List<String> all = new ArrayList<>(List.of(arguments));
            all.addAll(List.of("--group", "239.255.79.5:" + PORT, "--interface", Lan.INTERFACE, "--json"));
            return Child.start(host, MACHINE, all);
        }
    }

    /** With what its manual has for a fast network: long slices, a large receive buffer, multicast whatever the number. */
    private static final class Udpcast implements Tool {
        @Override
        public Child receiver(Lan lan, int seat, Path out) {
            return start(lan.atReceiver(seat), "udp-receiver", "--rcvbuf", "4194304", "--file", "" + out);
        }

        @Override
        public Child sender(Lan lan, Path image, int receivers) {
            return start(
                    lan.atSender(),
                    ("udp-sender --full-duplex --nopointopoint --mcast-data-address 239.255.79.5 --rexmit-hello-interval 200"
                                    + " --default-slice-size 1024 --retries-until-drop 20 --min-receivers " + receivers
                                    + " --file " + image)
                            .split(" "));
        }

        /** It writes in order, and stays half a second longer. */
        @Override
        public boolean hasIt(Child receiver, Path target, long bytes) throws IOException {
            return !receiver.isRunning() || Files.exists(target) && Files.size(target) == bytes;
        }

        private static Child start(List<String> host, String... arguments) {
            List<String> all = new ArrayList<>(host);
            all.addAll(List.of(arguments));
            all.addAll(List.of("--interface", Lan.INTERFACE, "--portbase", PORT, "--nokbd", "--no-progress"));
            return Child.run(all);
        }
    }

    private static List<Integer> numbers(String property, String otherwise) {
        return Arrays.stream(System.getProperty(property, otherwise).split(","))
                .map(Integer::valueOf)
                .toList();
    }

    @Test
    void anImageReachesAClassAsFastAsTheMachineLets() throws Exception {
        for (int size : SIZES) {
            Path image = directory.resolve("image-" + size);
            fill(image, size);
            MimeoCommand.commandLine(false).execute("prepare", "" + image);
            for (int receivers : RECEIVERS) {
                for (int loss : LOSSES) {
                    compare(image, receivers, loss);
                }
            }
            Files.delete(image);
        }
    }

    private static void fill(Path image, int size) throws IOException {
        SplittableRandom random = new SplittableRandom(size);
        byte[] bytes = new byte[MEBIBYTE];
        try (OutputStream out = Files.newOutputStream(image)) {
            for (int i = 0; i < size; i++) {
                random.nextBytes(bytes);
                out.write(bytes);
            }
        }
    }

    private void compare(Path image, int receivers, int loss) throws Exception {
        List<Run> ours = new ArrayList<>();
        List<Run> theirs = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            if (Files.isExecutable(UDPCAST)) {
                try {
                    theirs.add(run(new Udpcast(), image, receivers, loss));
                } catch (AssertionError e) { // A sender of it may end while a receiver lacks something.
                    System.out.println("speed: udpcast: not everybody got it");
                }
            }
            ours.add(run(new Mimeo(), image, receivers, loss));
        }
        long bytes = Files.size(image);
        print("udpcast", theirs, bytes, receivers, loss);
        print("mimeo", ours, bytes, receivers, loss);
    }

    private Run run(Tool tool, Path image, int receivers, int loss) throws Exception {
        List<Child> children = new ArrayList<>();
        try (Lan lan = new Lan(receivers, LINE, 64 * MEBIBYTE)) {
            if (loss > 0) {
                lan.lose(loss);
            }
            for (int seat = 1; seat <= receivers; seat++) {
                children.add(tool.receiver(lan, seat, target(seat)));
            }
            children.add(0, tool.sender(lan, image, receivers));
            Run run = follow(tool, children, Files.size(image));
            for (Child child : children) {
                assertThat(child.await()).as("%s", child).isZero();
            }
            for (int seat = 1; seat <= receivers; seat++) {
                assertThat(Files.mismatch(target(seat), image)).isEqualTo(-1);
                Files.delete(target(seat));
            }
            return run;
        } finally {
            children.forEach(Child::close);
        }
    }

    private Path target(int seat) {
        return directory.resolve("seat-" + seat);
    }

    /** Watches a sender, which is the first, and receivers until the last of these has the image. */
    private Run follow(Tool tool, List<Child> children, long bytes) throws IOException {
        Child sender = children.get(0);
        double[] cpu = new double[children.size()];
        long begun = 0;
        long wire = 0;
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(60) + bytes * SLOWEST;
        for (boolean done = false; !done; ) {
            assertThat(System.nanoTime()).as("%s", children).isLessThan(giveUp);
            LockSupport.parkNanos(TICK_NANOS);
            for (int i = 0; i < cpu.length; i++) {
                cpu[i] = children.get(i).cpuTime().map(SpeedIT::seconds).orElse(cpu[i]);
            }
            wire = Math.max(wire, sentBytes(sender));
            begun = begun == 0 && wire >= BEGUN ? System.nanoTime() : begun;
            done = true;
            for (int seat = 1; done && seat < children.size(); seat++) {
                done = tool.hasIt(children.get(seat), target(seat), bytes);
            }
        }
        return new Run(
                (System.nanoTime() - begun) / 1e9,
                cpu[0],
                Arrays.stream(cpu).skip(1).sum(),
                wire);
    }

    /** Nothing is known of one that has just ended. */
    private static long sentBytes(Child sender) {
        try {
            return sender.isRunning() ? Lan.sentBytes(sender) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static void print(String tool, List<Run> runs, long bytes, int receivers, int loss) {
        if (!runs.isEmpty()) {
            System.out.printf(
                    "speed: %-7s %5d MiB to %d, %.1f %% lost: %6.1f MB/s (%s), CPU s/GB %5.1f sender, %5.1f each receiver, wire %.3f%n",
                    tool,
                    bytes / MEBIBYTE,
                    receivers,
                    loss / 10.0,
                    median(runs, run -> bytes / 1e6 / run.seconds()),
                    String.join(
                            " ",
                            runs.stream()
                                    .map(run -> String.format("%.1f", bytes / 1e6 / run.seconds()))
                                    .toList()),
                    median(runs, run -> run.senderCpu() / bytes * 1e9),
                    median(runs, run -> run.receiverCpu() / receivers / bytes * 1e9),
                    median(runs, run -> (double) run.wireBytes() / bytes));
        }
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
        Stream<Double> sorted = runs.stream().map(figure::applyAsDouble).sorted(Comparator.naturalOrder());
        return sorted.skip((runs.size() - 1) / 2).findFirst().orElseThrow();
    }
}

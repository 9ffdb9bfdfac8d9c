package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Interfaces that go down, switches that forget, paths that are too narrow, lines that are shared, and processes that stop:
 * each machine in a process and on a host of its own of a {@link Lan}.
 *
 * <pre>
 *   mimeo.outage   how many seconds an interface is down, or a process stops; default: 1
 *   mimeo.narrow   whether to wait until a receiver behind a narrow path is sent away, 40 s; default: false
 * </pre>
 */
@Timeout(240)
class NetworkFaultIT {
    private static final long OUTAGE_SECONDS = Long.getLong("mimeo.outage", 1);
    private static final long SIZE = 4L << 20;
    private static final int MEGABITS = 16;
    private static final String ADDRESS = "239.255.79.5";
    private static final String GROUP = ADDRESS + ":6200";

    @TempDir
    Path directory;

    private Path image;
    private long content;

    @BeforeEach
    void makeImage() throws IOException {
        image = directory.resolve("lab.img");
        makeImage(SIZE);
    }

    private void makeImage(long size) throws IOException {
        Files.deleteIfExists(image);
        DemoImage.create(image, size, new SplittableRandom(1));
        content = Bench.contentLength(image);
    }

    /** What a receiver has, zeros among it, once it has so much of the content. */
    private long transferred(double share) {
        return SIZE - content + (long) (share * content);
    }

    private static double secondsSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    private static void awaitReceived(Child receiver, long bytes) throws Exception {
        while (Lan.receivedBytes(receiver) < bytes) {
            assertThat(receiver.isRunning()).as("%s", receiver).isTrue();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    @Fault("F12")
    void anInterfaceThatWasDownIsBackAtOnce(FaultRecord record) throws Exception {
        try (Lan lan = new Lan(2, "1gbit", 500_000);
                LanClass seats = new LanClass(lan, image, GROUP)) {
            seats.start(2, MEGABITS);
            seats.receiver(1).awaitTransferred(transferred(0.1));
            lan.setInterface(1, false);
            TimeUnit.SECONDS.sleep(OUTAGE_SECONDS);
            long heard = Lan.receivedBytes(seats.receiver(1));
            lan.setInterface(1, true);
            long up = System.nanoTime();
            awaitReceived(seats.receiver(1), heard + (1 << 18));
            record.run().atMost("seconds until content comes again", secondsSince(up), 5);
            seats.awaitSlowest(2);
            assertThat(seats.sender().await()).as("%s", seats.sender()).isZero();
            record.none("of 2 receivers lost", 2 - seats.sender().reported("verifiedReceivers"));
        }
    }

    /** It asks who listens once in a minute: before that, only a new report tells it. */
    @Test
    @Fault("F13")
    void aSwitchThatForgetsWhoListensIsTold(FaultRecord record) throws Exception {
        try (Lan lan = new Lan(2, "1gbit", 500_000);
                LanClass seats = new LanClass(lan, image, GROUP)) {
            lan.snoop(60);
            seats.start(2, MEGABITS);
            seats.receiver(1).awaitTransferred(transferred(0.1));
            lan.forget(1, ADDRESS);
            long heard = Lan.receivedBytes(seats.receiver(1));
            long forgotten = System.nanoTime();
            awaitReceived(seats.receiver(1), heard + (1 << 18));
            record.atMost("seconds until content comes again, of a querier's 60", secondsSince(forgotten), 6);
            seats.awaitSlowest(2);
        }
    }

    @Test
    @Fault("F14")
    @EnabledIfSystemProperty(named = "mimeo.narrow", matches = "true")
    void whoIsBehindANarrowPathIsSentAwayAndHoldsNobody(FaultRecord record) throws Exception {
        makeImage(1 << 20);
        try (Lan lan = new Lan(2, "1gbit", 500_000);
                LanClass seats = new LanClass(lan, image, GROUP)) {
            lan.longestPacket(1, 1_000);
            long start = System.nanoTime();
            seats.start(2, MEGABITS);
            assertThat(seats.receiver(2).await()).as("%s", seats.receiver(2)).isZero();
            int code = seats.receiver(1).await();
            assertThat(code).as("%s", seats.receiver(1)).isEqualTo(ExitCode.FALL_BACK.number());
            assertThat(seats.receiver(1)).asString().contains("has a smaller MTU", "segmentLength()");
            record.atMost("seconds until it is sent away", secondsSince(start), 60);
        }
    }

    @Test
    @Fault("F23")
    void whoIsStoppedForAWhileGoesOn(FaultRecord record) throws Exception {
        try (Lan lan = new Lan(2, "1gbit", 500_000);
                LanClass seats = new LanClass(lan, image, GROUP)) {
            seats.start(2, MEGABITS);
            seats.receiver(1).awaitTransferred(transferred(0.1));
            Lan.setRunning(seats.receiver(1), false);
            TimeUnit.SECONDS.sleep(OUTAGE_SECONDS);
            Lan.setRunning(seats.sender(), false);
            Lan.setRunning(seats.receiver(1), true);
            TimeUnit.SECONDS.sleep(OUTAGE_SECONDS);
            Lan.setRunning(seats.sender(), true);
            long start = System.nanoTime();
            seats.awaitSlowest(2);
            record.atMost("seconds until all have the image, then", secondsSince(start), 90);
            assertThat(seats.sender().await()).as("%s", seats.sender()).isZero();
            record.runs(2).none("of 2 receivers lost", 2 - seats.sender().reported("verifiedReceivers"));
        }
    }

    /** A line of 100 Mbit/s, of which the image is given half. */
    @Test
    @Fault("F18")
    void whatIsLeftToOthersTheyGet(FaultRecord record) throws Exception {
        makeImage(6 * SIZE);
        try (Lan lan = new Lan(1, "100mbit", 500_000);
                LanClass seats = new LanClass(lan, image, GROUP);
                Child taker = Child.start(lan.atReceiver(1), List.of(), TcpStream.class, List.of("7000"))) {
            taker.awaitLine("listening");
            seats.start(1, 50);
            seats.receiver(1).awaitTransferred(6 * SIZE - content + content / 10);
            try (Child other = Child.start(lan.atSender(), List.of(), TcpStream.class, List.of("7000", "10.79.0.11"))) {
                seats.awaitSlowest(1);
                assertThat(other.isRunning()).as("%s", other).isTrue();
            }
            double megabits = megabits(taker.toString());
            record.atLeast("Mbit/s of TCP beside an image at 50, on a line of 100", megabits, 40);
        }
    }

    /** Between the first and the last line that it wrote. */
    private static double megabits(String lines) {
        Matcher line = Pattern.compile("\"bytes\":([0-9]+),\"nanos\":([0-9]+)").matcher(lines);
        assertThat(line.find()).as(lines).isTrue();
        long bytes = Long.parseLong(line.group(1));
        long nanos = Long.parseLong(line.group(2));
        long moreBytes = 0;
        long moreNanos = 0;
        while (line.find()) {
            moreBytes = Long.parseLong(line.group(1)) - bytes;
            moreNanos = Long.parseLong(line.group(2)) - nanos;
        }
        assertThat(moreNanos).as(lines).isPositive();
        return 8e3 * moreBytes / moreNanos;
    }

    /** Joining a group tells the network so, in a few packets; an image would be millions of bytes. */
    @Test
    @Fault("F50")
    void withATimeToLiveOf0NothingLeavesTheMachine(FaultRecord record) throws Exception {
        try (Lan lan = new Lan(1, "1gbit", 500_000);
                LanClass seats = new LanClass(lan, image, GROUP)) {
            Child sender = seats.send("--rate", "100M", "--fixed", "--start-now", "--ttl", "0");
            sender.awaitLine("\"phase\":\"completing\"|\"event\":\"report\"");
            record.atMost("bytes that left, of " + SIZE, Lan.sentBytes(sender), 4_096);
        }
    }
}

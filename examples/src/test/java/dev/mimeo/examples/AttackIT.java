package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A class, each in a process and on a host of its own of a {@link Lan}, in a session with or without a group key, and a
 * {@link Flooder} without one on another host.
 *
 * <pre>
 *   mimeo.attack.idle   whether nothing else runs here, so that the goodput can be compared with that of another run without
 *                       the flood; default: false, and then a stall fails and nothing else
 *   mimeo.attack.size   bytes of the image; default: 2 MiB
 *   mimeo.attack.rate   in Mbit/s; default: 24
 *   mimeo.attack.flood  datagrams a second; default: 100,000 if idle, else 5,000: every host takes every one, on cores that
 *                       others use
 *   mimeo.attack.group  sixteenths of the flood that go to the group, and not to the sender alone; default: 8
 * </pre>
 *
 * <p>Each run is one line on standard output.
 */
@Timeout(240)
class AttackIT {
    private static final boolean IS_IDLE = Boolean.getBoolean("mimeo.attack.idle");
    private static final long SIZE = Long.getLong("mimeo.attack.size", 2L << 20);
    private static final int MEGABITS = Integer.getInteger("mimeo.attack.rate", 24);
    private static final int FLOOD = Integer.getInteger("mimeo.attack.flood", IS_IDLE ? 100_000 : 5_000);
    private static final int TO_GROUP = Integer.getInteger("mimeo.attack.group", 8);
    private static final String ADDRESS = "239.255.79.4";
    private static final int PORT = 6190;
    private static final int CLASS = 2;

    @TempDir
    Path directory;

    private Path image;

    @BeforeEach
    void makeImage() throws IOException {
        image = directory.resolve("lab.img");
        DemoImage.create(image, SIZE, new SplittableRandom(1));
    }

    @Fault({"F39", "F41"})
    @Test
    void aFloodOfForgeriesAndOfWhatWasHeardCostsASealedSessionLittle(FaultRecord record) throws Exception {
        Path key = directory.resolve("room.key");
        MimeoCommand.commandLine(false).execute("keygen", "--group", key.toString());
        compare(record, "sealed", List.of("--key-file", key.toString()), 1);
    }

    /** Without a key, whoever repeats and forges what others say can hold a session up; whoever only asks cannot. */
    @Fault("F41")
    @Test
    void aFloodOfRequestsOfInventedReceiversCostsAnOpenSessionLittle(FaultRecord record) throws Exception {
        compare(record, "open", List.of(), 0);
    }

    private void compare(FaultRecord record, String kind, List<String> options, int heardSixteenths) throws Exception {
        try (Lan lan = new Lan(CLASS + 1, "1gbit", 500_000)) {
            double without = IS_IDLE ? transfer(lan, options, () -> {}) : SIZE * 8e-6 / MEGABITS;
            try (Child flooder = Child.start(
                    lan.atReceiver(CLASS + 1),
                    List.of("-Xmx64m"),
                    Flooder.class,
                    List.of(ADDRESS, "" + PORT, Lan.INTERFACE, "" + FLOOD, "" + TO_GROUP, "" + heardSixteenths))) {
                flooder.awaitLine("listening");
                double with = transfer(lan, options, flooder::close);
                System.out.printf(
                        "%s: %.2f s %s, %.2f s with %d datagrams a second from an outsider, goodput %+.1f %%%n",
                        kind, without, IS_IDLE ? "alone" : "at the rate", with, FLOOD, 100 * (without / with - 1));
                assertThat(flooder.toString()).as("the flood has begun").contains("sent " + FLOOD);
                if (IS_IDLE) {
                    record.atLeast(
                            "share of the goodput, beside " + FLOOD + " datagrams a second", without / with, 0.8);
                }
            }
        }
    }

    /** Sends the image to the class, and returns how long the slowest took. */
    private double transfer(Lan lan, List<String> options, Runnable received) throws Exception {
        try (LanClass seats = new LanClass(lan, image, ADDRESS + ":" + PORT, options.toArray(String[]::new))) {
            seats.start(CLASS, MEGABITS);
            double slowest = seats.awaitSlowest(CLASS);
            received.run();
            assertThat(seats.sender().await()).as("%s", seats.sender()).isZero();
            assertThat(seats.sender().reported("verifiedReceivers")).isEqualTo(CLASS);
            return slowest;
        }
    }
}

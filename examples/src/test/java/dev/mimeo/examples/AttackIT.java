package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A class, each in a process and on a host of its own of a {@link Lan}, in a session with a group key, and a {@link Flooder}
 * without one on another host.
 *
 * <pre>
 *   mimeo.attack.idle   whether nothing else runs here, so that the goodput can be compared with that of another run without
 *                       the flood; default: false, and then a stall fails and nothing else
 *   mimeo.attack.size   bytes of the image; default: 2 MiB
 *   mimeo.attack.rate   in Mbit/s; default: 24
 *   mimeo.attack.flood  datagrams a second; default: 100,000 if idle, else 5,000: every host takes every one, on cores that
 *                       others use
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
    private static final String ADDRESS = "239.255.79.4";
    private static final int PORT = 6190;
    private static final int CLASS = 2;

    @TempDir
    Path directory;

    private final List<Child> children = new ArrayList<>();
    private Path image;

    @BeforeEach
    void makeImage() throws IOException {
        image = directory.resolve("lab.img");
        DemoImage.create(image, SIZE, new SplittableRandom(1));
    }

    @Test
    void aFloodOfForgeriesAndOfWhatWasHeardCostsASealedSessionLittle() throws Exception {
        Path key = directory.resolve("room.key");
        MimeoCommand.commandLine(false).execute("keygen", "--group", key.toString());
        try (Lan lan = new Lan(CLASS + 1, "1gbit", 500_000)) {
            double without = IS_IDLE ? transfer(lan, key) : SIZE * 8e-6 / MEGABITS;
            Child flooder = Child.start(
                    lan.atReceiver(CLASS + 1),
                    List.of("-Xmx64m"),
                    Flooder.class,
                    List.of(ADDRESS, "" + PORT, Lan.INTERFACE, "" + FLOOD));
            children.add(flooder);
            flooder.awaitLine("listening");
            double with = transfer(lan, key);
            flooder.close();
            System.out.printf(
                    "%.2f s %s, %.2f s with %d datagrams a second from an outsider, goodput %+.1f %%%n",
                    without, IS_IDLE ? "alone" : "at the rate", with, FLOOD, 100 * (without / with - 1));
            assertThat(flooder.toString()).as("the flood has begun").contains("sent " + FLOOD);
            if (IS_IDLE) {
                assertThat(without / with).as("share of the goodput").isGreaterThan(0.8);
            }
        } finally {
            children.forEach(Child::close);
        }
    }

    /** Sends the image to the class, and returns how long the slowest took. */
    private double transfer(Lan lan, Path key) throws Exception {
        List<Child> receivers = new ArrayList<>();
        for (int seat = 1; seat <= CLASS; seat++) {
            receivers.add(start(lan.atReceiver(seat), key, "receive", "--out", "" + target(seat)));
        }
        Child sender =
                start(lan.atSender(), key, "send", "" + image, "--rate", MEGABITS + "M", "--min-receivers", "" + CLASS);
        double slowest = 0;
        for (int seat = 1; seat <= CLASS; seat++) {
            Child receiver = receivers.get(seat - 1);
            assertThat(receiver.await()).as("%s%n%s", receiver, sender).isZero();
            assertThat(target(seat)).hasSameBinaryContentAs(image);
            Files.delete(target(seat));
            slowest = Math.max(slowest, receiver.reportedSeconds());
        }
        assertThat(sender.await()).as("%s", sender).isZero();
        assertThat(sender.reported("verifiedReceivers")).isEqualTo(CLASS);
        return slowest;
    }

    private Path target(int seat) {
        return directory.resolve("seat-" + seat);
    }

    private Child start(List<String> prefix, Path key, String command, String... arguments) {
        List<String> all = new ArrayList<>(
                List.of(command, "--group", ADDRESS + ":" + PORT, "--interface", Lan.INTERFACE, "--json"));
        all.addAll(List.of("--key-file", key.toString()));
        all.addAll(List.of(arguments));
        Child child = Child.start(prefix, List.of("-Xmx128m", "-XX:MaxDirectMemorySize=160m"), all);
        children.add(child);
        return child;
    }
}

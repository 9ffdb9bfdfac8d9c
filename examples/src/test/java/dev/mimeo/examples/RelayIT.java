package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two networks without a route between them, and a machine with a leg in each that relays: processes in the namespaces of a
 * {@link Lan}. Wants root, {@code ip} and {@code tc}.
 *
 * <p>{@code mimeo.relay.size}: bytes of the image of the first test, whose figures are one line on standard output; default: 16 MiB.
 * If it is given, on a machine that has time to spare, it holds the far network to 95 % of the rate of the near one.
 */
@Timeout(120)
class RelayIT {
    private static final String NEAR = "239.255.79.10:6310";
    private static final String FAR = "239.255.79.11:6311";
    private static final List<String> MACHINE =
            List.of("-Xmx96m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");
    private static final int MIB = 1 << 20;
    private static final boolean MEASURED = System.getProperty("mimeo.relay.size") != null;
    private static final int SIZE = Integer.getInteger("mimeo.relay.size", 16 * MIB);

    @TempDir
    Path directory;

    private final List<Child> children = new ArrayList<>();

    private Path image(int length) throws Exception {
        byte[] content = new byte[length];
        new SplittableRandom(10).nextBytes(content);
        Files.createDirectories(directory.resolve("store"));
        return Files.write(directory.resolve("lab.img"), content);
    }

    private Child start(List<String> prefix, String... arguments) {
        Child child = Child.start(prefix, MACHINE, List.of(arguments));
        children.add(child);
        return child;
    }

    private Child receive(List<String> prefix, String group, Path target) {
        return start(
                prefix,
                "receive",
                "--json",
                "--group",
                group,
                "--interface",
                Lan.INTERFACE,
                "--out",
                target.toString());
    }

    private Child relay(Lan lan, int receivers) {
        return start(
                lan.atReceiver(1),
                "relay",
                "--json",
                "--from",
                NEAR,
                "--interface",
                Lan.INTERFACE,
                "--to",
                FAR,
                "--to-interface",
                Lan.OTHER_LEG,
                "--store",
                directory.resolve("store").toString(),
                "--rate",
                "200M",
                "--fixed",
                "--min-receivers",
                Integer.toString(receivers));
    }

    private Child send(Lan lan, Path image) {
        return start(
                lan.atSender(),
                "send",
                image.toString(),
                "--json",
                "--group",
                NEAR,
                "--interface",
                Lan.INTERFACE,
                "--rate",
                "100M",
                "--fixed",
                "--min-receivers",
                "2");
    }

    private void stopAll() {
        children.forEach(Child::close);
    }

    private Path copy(String name) {
        return directory.resolve(name);
    }

    @Test
    void theFarNetworkIsDoneHardlyLaterThanTheNearOne() throws Exception {
        Path image = image(SIZE);
        try (Lan lan = new Lan(2, "1gbit", 500_000)) {
            lan.addOther(1, 2);
            Child far = receive(lan.atOther(1), FAR, copy("far"));
            Child farther = receive(lan.atOther(2), FAR, copy("farther"));
            Child relay = relay(lan, 2);
            Child near = receive(lan.atReceiver(2), NEAR, copy("near"));
            Child sender = send(lan, image);
            sender.awaitLine("\"phase\":\"transferring\"");
            long start = System.nanoTime();
            near.awaitLine("\"event\":\"verified\"");
            double nearSeconds = (System.nanoTime() - start) / 1e9;
            long nearBytes = Lan.sentBytes(sender);
            assertThat(Lan.sentBytesToOther(relay))
                    .as("what has left for the far network when the near one is done")
                    .isGreaterThan(SIZE / 16);
            far.awaitLine("\"event\":\"verified\"");
            farther.awaitLine("\"event\":\"verified\"");
            double farSeconds = (System.nanoTime() - start) / 1e9;
            long farBytes = Lan.sentBytesToOther(relay);
            System.out.printf(
                    "relay: %d bytes at 100 Mbit/s: near %.2f s, far %.2f s (%.1f %%);"
                            + " %d bytes on the near link, %d on the far one%n",
                    SIZE, nearSeconds, farSeconds, 100 * nearSeconds / farSeconds, nearBytes, farBytes);

            assertThat(sender.await()).as(sender.toString()).isZero();
            assertThat(relay.await()).as(relay.toString()).isZero();
            assertThat(near.await() + far.await() + farther.await()).isZero();
            assertThat(nearSeconds / farSeconds).isGreaterThan(MEASURED ? 0.95 : 0);
            assertThat(Files.mismatch(image, copy("far"))).isEqualTo(-1);
            assertThat(Files.mismatch(image, copy("farther"))).isEqualTo(-1);
            assertThat(farBytes).as("once, for both").isLessThan(SIZE * 15L / 10);
        } finally {
            stopAll();
        }
    }

    @Test
    void aRelayThatIsKilledAndComesBackGoesOnForBothSides() throws Exception {
        Path image = image(32 * MIB);
        try (Lan lan = new Lan(2, "1gbit", 500_000)) {
            lan.addOther(1, 1);
            Child far = receive(lan.atOther(1), FAR, copy("far"));
            Child relay = relay(lan, 1);
            Child near = receive(lan.atReceiver(2), NEAR, copy("near"));
            Child sender = send(lan, image);
            relay.awaitLine("\"event\":\"upstream\",\"phase\":\"transferring\",\"bytes\":([89][0-9]{6}|[0-9]{8})");
            long before = Lan.receivedBytes(relay);
            assertThat(relay.kill()).isTrue();
            Child again = relay(lan, 1);

            assertThat(far.await()).as(far.toString()).isZero();
            assertThat(again.await()).as(again.toString()).isZero();
            assertThat(near.await()).as(near.toString()).isZero();
            long present = again.reported("presentBytes");
            System.out.printf(
                    "relay: killed with %d bytes received; %d of %d kept, %d bytes of datagrams received again%n",
                    before, present, Files.size(image), again.reported("upstreamBytes"));
            assertThat(present).as("what was verified is kept").isBetween(8_000_000L, Files.size(image) - 1);
            assertThat(again.reported("upstreamBytes"))
                    .as("nothing of it is received again")
                    .isLessThan((Files.size(image) - present) * 13 / 10 + MIB);
            assertThat(Files.mismatch(image, copy("far"))).isEqualTo(-1);
        } finally {
            stopAll();
        }
    }
}

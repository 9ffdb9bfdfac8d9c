package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sender with two networks that are not connected, and a machine on each: one session. With {@code -Dmimeo.addressing=all}, also
 * one where each hears the sender alone, at the address that it has there.
 */
@Timeout(120)
class InterfacesIT {
    @TempDir
    Path directory;

    private Path image;

    @BeforeEach
    void makeImage() throws IOException {
        image = directory.resolve("lab.img");
        DemoImage.create(image, 3 << 20, new SplittableRandom(1));
    }

    /** The interface is down until the machine on the other network is done, and then comes back. */
    @Test
    void anInterfaceThatGoesDownHoldsUpNobodyElse() throws Exception {
        try (Lan lan = new Lan(1, "1gbit", 500_000);
                LanClass seats = new LanClass(lan, image, "239.255.79.7:6220")) {
            int second = lan.addNetwork();
            seats.start(2, 16, "--interface", Lan.SECOND_INTERFACE);
            seats.receiver(second).awaitTransferred(1 << 20);
            lan.setSecondInterface(false);
            seats.awaitSlowest(1);
            assertThat(seats.receiver(second).isRunning()).isTrue();
            lan.setSecondInterface(true);
            assertThat(seats.receiver(second).await())
                    .as("%s%n%s", seats.receiver(second), seats.sender())
                    .isZero();
            assertThat(seats.sender().await()).as("%s", seats.sender()).isZero();
            assertThat(seats.sender().reported("verifiedReceivers")).isEqualTo(2);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "mimeo.addressing", matches = "all")
    void onEachNetworkTheSourceIsTheAddressThere() throws Exception {
        try (Lan lan = new Lan(1, "1gbit", 500_000)) {
            lan.addNetwork();
            lan.lose(20);
            lan.countAtSender("ip daddr 232.0.0.0/8");
            try (Child first = receive(lan, 1, "10.79.0.1");
                    Child second = receive(lan, 2, "10.81.0.1");
                    Child sender = start(
                            lan.atSender(),
                            "send",
                            image,
                            "--interface",
                            Lan.SECOND_INTERFACE,
                            "--rate",
                            "40M",
                            "--min-receivers",
                            2)) {
                for (Child each : List.of(first, second, sender)) {
                    assertThat(each.await())
                            .as("%s%n%s%n%s", first, second, sender)
                            .isZero();
                }
                assertThat(directory.resolve("seat-1")).hasSameBinaryContentAs(image);
                assertThat(directory.resolve("seat-2")).hasSameBinaryContentAs(image);
                assertThat(lan.countedAtSender()).as("what receivers multicast").containsExactly(0L);
            }
        }
    }

    private Child receive(Lan lan, int seat, String source) {
        return start(lan.atReceiver(seat), "receive", "--source", source, "--out", directory.resolve("seat-" + seat));
    }

    private static Child start(List<String> prefix, Object... words) {
        List<String> arguments = new ArrayList<>();
        Stream.of(words).map(Object::toString).forEach(arguments::add);
        arguments.addAll(List.of("--group", "232.7.79.7:6220", "--allow-global-scope", "--interface", Lan.INTERFACE));
        return Child.start(prefix, LanClass.MACHINE, arguments);
    }
}

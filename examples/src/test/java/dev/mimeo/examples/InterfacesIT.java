package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sender with two networks that are not connected, and a machine on each: one session. */
@Timeout(120)
class InterfacesIT {
    @TempDir
    Path directory;

    private Path image;

    @BeforeEach
    void makeImage() throws IOException {
        image = directory.resolve("lab.img");
        DemoImage.create(image, 4 << 20, new SplittableRandom(1));
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
}

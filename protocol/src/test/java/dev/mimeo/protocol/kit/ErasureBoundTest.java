package dev.mimeo.protocol.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bounds against trying it out. */
class ErasureBoundTest {
    @ParameterizedTest
    @CsvSource({"1, 0, 5", "32, 0, 100"})
    void withoutLossEverythingIsSentOnce(int length, double loss, int receivers) {
        assertThat(ErasureBound.ofBlock(length, loss, receivers)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"1, 0.2, 1", "1, 0.1, 30", "32, 0.05, 1", "32, 0.1, 20", "200, 0.3, 8"})
    void isWhatAGenieWouldSend(int length, double loss, int receivers) {
        SplittableRandom random = new SplittableRandom(1);
        int trials = 4_000;
        long sent = 0;
        for (int trial = 0; trial < trials; trial++) {
            int most = 0;
            for (int receiver = 0; receiver < receivers; receiver++) {
                int count = 0;
                for (int received = 0; received < length; count++) {
                    received += random.nextDouble() < loss ? 0 : 1;
                }
                most = Math.max(most, count);
            }
            sent += most;
        }
        assertThat(ErasureBound.ofBlock(length, loss, receivers))
                .isCloseTo((double) sent / trials / length, within(0.02));
    }
}

package dev.mimeo.protocol.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class ThroughputEquationTest {
    private static final long MILLI = 1_000_000;

    @Test
    void onePercentOfLossAtATenthOfASecond() {
        assertThat(ThroughputEquation.bytesPerSecond(1_400, 100 * MILLI, 0.01)).isEqualTo(157_265, within(5.0));
    }

    @Test
    void theLossThatLeadsToARateLeadsToThatRate() {
        for (double rate = 1_000; rate < 1e10; rate *= 3) {
            for (long rtt = MILLI; rtt < 1_000 * MILLI; rtt *= 10) {
                double loss = ThroughputEquation.loss(1_400, rtt, rate);
                if (loss > 1e-9 && loss < 1) {
                    assertThat(ThroughputEquation.bytesPerSecond(1_400, rtt, loss))
                            .isCloseTo(rate, Percentage.withPercentage(0.1));
                }
            }
        }
    }

    @Test
    void whatNobodyMeasuredGivesAFiniteRate() {
        assertThat(ThroughputEquation.bytesPerSecond(1_400, 0, 0)).isFinite().isPositive();
        assertThat(ThroughputEquation.bytesPerSecond(1, Long.MAX_VALUE, 2))
                .isFinite()
                .isPositive();
        assertThat(ThroughputEquation.loss(1_400, MILLI, 0)).isEqualTo(1);
        assertThat(ThroughputEquation.loss(1_400, MILLI, Double.MAX_VALUE)).isBetween(0.0, 1e-9);
    }
}

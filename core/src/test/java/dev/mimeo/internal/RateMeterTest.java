package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateMeterTest {
    private static final long QUARTER = 250_000_000;
    private final RateMeter meter = new RateMeter();

    @Test
    void followsTheLastTwoSeconds() {
        assertThat(meter.update(0, 0)).isZero();
        for (int i = 1; i <= 20; i++) {
            assertThat(meter.update(100L * i, i * QUARTER)).isEqualTo(400);
        }
        long rate = 0;
        for (int i = 1; i <= 8; i++) {
            rate = meter.update(2000 + 200L * i, (20 + i) * QUARTER);
        }
        assertThat(rate).isEqualTo(800);
    }

    @Test
    void startsAgainWithTheCount() {
        meter.update(0, 0);
        meter.update(1000, QUARTER);
        assertThat(meter.update(10, 2 * QUARTER)).isZero();
        assertThat(meter.update(20, 3 * QUARTER)).isEqualTo(40);
    }
}

package dev.mimeo.protocol.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MemoryLimitTest {
    private static final long MILLI = 1_000_000;
    private static final int CONTENT = 1_000;
    /** A block in each millisecond. */
    private static final double RATE = CONTENT * 1_000.0;

    private final MemoryLimit memory = new MemoryLimit();
    private long nowNanos = 5 * MILLI;

    private MemoryLimitTest opens(int blocks) {
        for (int i = 0; i < blocks; i++) {
            nowNanos += MILLI;
            memory.onOpened(CONTENT, nowNanos);
        }
        return this;
    }

    @Test
    void whileLessThanHalfIsOutNothingLimits() {
        assertThat(memory.bytesPerSecond(0, 0, nowNanos)).isInfinite();
        opens(400);
        assertThat(memory.bytesPerSecond(49, 51, nowNanos)).isInfinite();
    }

    @Test
    void theRateIsThatAtWhichThreeQuartersWouldBeOut() {
        opens(400);
        assertThat(memory.bytesPerSecond(50, 50, nowNanos)).isCloseTo(1.5 * RATE, within(0.05 * RATE));
        assertThat(memory.bytesPerSecond(75, 25, nowNanos)).isCloseTo(RATE, within(0.05 * RATE));
        assertThat(memory.bytesPerSecond(100, 0, nowNanos)).isCloseTo(0.75 * RATE, within(0.05 * RATE));
    }

    @Test
    void whileNothingLeavesItFalls() {
        opens(100);
        nowNanos += 300 * MILLI;
        assertThat(memory.bytesPerSecond(100, 0, nowNanos)).isCloseTo(0.75 * RATE / 4, within(0.05 * RATE));
    }

    @Test
    void ofVeryManyBlocksTheLastTellForAll() {
        opens(5_000);
        assertThat(memory.bytesPerSecond(4_000, 0, nowNanos)).isCloseTo(0.75 * RATE, within(0.05 * RATE));
    }

    @Test
    void allAtOnceIsFastAndNoFault() {
        for (int i = 0; i < 100; i++) {
            memory.onOpened(CONTENT, nowNanos);
        }
        assertThat(memory.bytesPerSecond(100, 0, nowNanos)).isFinite().isPositive();
    }
}

package dev.mimeo.protocol.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class IntakeLimitTest {
    private static final long MILLI = 1_000_000;
    private static final int LENGTH = 1_000;

    private final IntakeLimit intake = new IntakeLimit();
    private long nowNanos = 5 * MILLI;

    /** Turns of a millisecond that take in so many messages each, and never all that there are. */
    private IntakeLimitTest behind(int turns, int messages) {
        for (int i = 0; i < turns; i++) {
            intake.onTaken(false, nowNanos);
            for (int j = 0; j < messages; j++) {
                intake.onMessage(LENGTH);
            }
            nowNanos += MILLI;
        }
        return this;
    }

    private double limit() {
        return intake.bytesPerSecond(nowNanos);
    }

    @Test
    void whoIsNeverToldDoesNotLimit() {
        intake.onMessage(LENGTH);
        nowNanos += 1_000 * MILLI;
        assertThat(limit()).isInfinite();
    }

    @Test
    void aShortDelayIsForgiven() {
        for (int i = 0; i < 100; i++) {
            behind(19, 10);
            assertThat(limit()).isInfinite();
            intake.onTaken(true, nowNanos);
        }
    }

    @Test
    void whatCameWhileItWaitedForItsTurnIsForgiven() {
        behind(1, 256);
        nowNanos += 200 * MILLI;
        behind(6, 256);
        assertThat(limit()).isInfinite();
    }

    @Test
    void whoStaysBehindTakesThreeQuartersOfWhatItTakesIn() {
        behind(20, 10);
        assertThat(limit()).isCloseTo(0.75 * 10 * LENGTH * 1_000, within(1.0));
        intake.onTaken(true, nowNanos);
        assertThat(limit()).isInfinite();
    }

    @Test
    void whatItTookInLongAgoIsForgotten() {
        behind(1_000, 10).behind(1_000, 40);
        assertThat(limit()).isCloseTo(0.75 * 40 * LENGTH * 1_000, within(1_000_000.0));
    }

    @Test
    void whoTakesInNothingStillTakesAByte() {
        behind(100, 0);
        assertThat(limit()).isEqualTo(1);
    }
}

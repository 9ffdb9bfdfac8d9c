package dev.mimeo.protocol.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacerTest {
    private static final int DATAGRAM = 1_448;
    private static final long SECOND = 1_000_000_000;

    @ParameterizedTest
    @ValueSource(longs = {10_000, 1_000_000, 25_000_000, 125_000_000, 1_250_000_000})
    void theLongRunRateIsWithinATenthOfAPercent(long bytesPerSecond) {
        Pacer pacer = new Pacer(bytesPerSecond);
        Run run = new Run(pacer, 0);
        run.until(Math.max(10 * SECOND, 2_000L * DATAGRAM * SECOND / bytesPerSecond));

        double rate = (double) run.bytes * SECOND / run.lastNanos;
        assertThat(rate).isEqualTo(bytesPerSecond, within(bytesPerSecond / 1000.0));
    }

    @Test
    void noInstantSeesMoreThanTheBurstAndOneDatagram() {
        long bytesPerSecond = 125_000_000;
        Pacer pacer = new Pacer(bytesPerSecond);
        Run run = new Run(pacer, 0);
        run.until(SECOND);

        assertThat(run.longestBurst).isBetween(125_000L / 2, 125_000L + DATAGRAM);
    }

    @Test
    void anIdlePacerSavesNoMoreThanOneBurst() {
        Pacer pacer = new Pacer(125_000_000);
        new Run(pacer, 0).until(SECOND);
        pacer.onIdle();
        Run later = new Run(pacer, 100 * SECOND);
        later.until(100 * SECOND);

        assertThat(later.bytes).isBetween(125_000L, 125_000L + DATAGRAM);
    }

    @Test
    void wakeUpsAreFewerThanDatagrams() {
        Run run = new Run(new Pacer(125_000_000), 0);
        run.until(SECOND);

        assertThat(run.wakeUps).isLessThan(2_100);
        assertThat(run.bytes / DATAGRAM).isGreaterThan(80_000);
    }

    @ParameterizedTest
    @CsvSource({"25000000, 1000", "25000000, 70000", "25000000, 450000", "3000000, 9000000"})
    void lateWakeUpsAreMadeUp(long bytesPerSecond, long lateNanos) {
        Run run = new Run(new Pacer(bytesPerSecond), 0);
        run.lateNanos = lateNanos;
        run.until(10 * SECOND);

        assertThat((double) run.bytes * SECOND / run.lastNanos)
                .isEqualTo(bytesPerSecond, within(bytesPerSecond / 1000.0));
        assertThat(run.longestBurst).isLessThanOrEqualTo(30_000 + DATAGRAM);
    }

    @Test
    void veryLateWakeUpsCostRateAndNothingElse() {
        long bytesPerSecond = 25_000_000;
        Run run = new Run(new Pacer(bytesPerSecond), 0);
        run.lateNanos = 5_000_000;
        run.until(10 * SECOND);

        assertThat(run.longestBurst).isBetween(60_000L, Pacer.LATE_BYTES + DATAGRAM + 0L);
        assertThat((double) run.bytes * SECOND / run.lastNanos).isLessThan(bytesPerSecond);
        assertThat((double) (run.bytes + run.lostBytes) * SECOND / run.lastNanos)
                .isEqualTo(bytesPerSecond, within(bytesPerSecond / 100.0));
    }

    @Test
    void whoHadNothingToSendLostNothing() {
        Pacer pacer = new Pacer(1_000_000);
        assertThat(pacer.onSent(DATAGRAM, SECOND)).isZero();
        pacer.onIdle();
        assertThat(pacer.onSent(DATAGRAM, 2 * SECOND)).isZero();
    }

    @Test
    void atAByteASecondADatagramLeavesEveryQuarterOfAnHour() {
        Pacer pacer = new Pacer(1);
        assertThat(pacer.mayLeave(0)).isTrue();
        pacer.onSent(900, 0);

        assertThat(pacer.nextNanos()).isBetween(899 * SECOND, 900 * SECOND);
        assertThat(pacer.mayLeave(899 * SECOND)).isFalse();
        assertThat(pacer.mayLeave(900 * SECOND)).isTrue();
    }

    @Test
    void nextIsWhenSomethingMayLeaveAndNotBefore() {
        Pacer pacer = new Pacer(1_000_000);
        for (long now = 0; now < SECOND / 10; now = Math.max(now, pacer.nextNanos())) {
            if (pacer.nextNanos() > now) {
                assertThat(pacer.mayLeave(pacer.nextNanos() - 1)).isFalse();
            }
            assertThat(pacer.mayLeave(Math.max(now, pacer.nextNanos()))).isTrue();
            pacer.onSent(DATAGRAM, now);
        }
    }

    @Test
    void anotherRateHoldsFromTheNextDatagramOn() {
        Pacer pacer = new Pacer(1_000_000);
        new Run(pacer, 0).until(SECOND);
        pacer.rate(10_000_000);
        Run faster = new Run(pacer, SECOND);
        faster.until(2 * SECOND);

        assertThat((double) faster.bytes).isEqualTo(10_000_000, within(20_000.0));
    }

    @Test
    void ratesBelowOneByteASecondAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Pacer(0)).withMessageContaining("0 bytes per second");
        assertThatIllegalArgumentException().isThrownBy(() -> new Pacer(1).rate(-1));
    }

    /** Sends whatever may leave, and sleeps as long as it is told to, or a little longer. */
    private static final class Run {
        private final Pacer pacer;
        private long nowNanos;
        private long lateNanos;
        private long lastNanos;
        private long bytes;
        private long lostBytes;
        private long wakeUps;
        private long longestBurst;

        Run(Pacer pacer, long nowNanos) {
            this.pacer = pacer;
            this.nowNanos = nowNanos;
        }

        void until(long endNanos) {
            while (nowNanos <= endNanos) {
                wakeUps++;
                long burst = 0;
                while (pacer.mayLeave(nowNanos)) {
                    lostBytes += pacer.onSent(DATAGRAM, nowNanos);
                    burst += DATAGRAM;
                }
                bytes += burst;
                longestBurst = Math.max(longestBurst, burst);
                lastNanos = nowNanos;
                nowNanos = pacer.nextNanos() + lateNanos;
            }
        }
    }
}

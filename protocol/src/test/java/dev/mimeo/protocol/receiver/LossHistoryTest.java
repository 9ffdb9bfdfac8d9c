package dev.mimeo.protocol.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LossHistoryTest {
    private static final long RTT = 10_000_000;
    /** Between messages: a hundred in a round trip. */
    private static final long SPACING = RTT / 100;

    private final LossHistory history = new LossHistory();
    private int next;
    private long nowNanos;
    private int firstEvents;

    private LossHistoryTest hears(int count) {
        for (int i = 0; i < count; i++) {
            hear(next++);
        }
        return this;
    }

    private LossHistoryTest loses(int count) {
        next += count;
        nowNanos += count * SPACING;
        return this;
    }

    private void hear(int number) {
        nowNanos += SPACING;
        if (history.onMessage(number & 0xffff, RTT, nowNanos)) {
            firstEvents++;
            history.begin(500);
        }
    }

    @Test
    void nothingLostIsNoLossHoweverLong() {
        hears(200_000);
        assertThat(history.fraction()).isZero();
    }

    @Test
    void theFirstEventCountsAsTheIntervalThatExplainsTheRate() {
        hears(1_000).loses(1).hears(3);
        assertThat(firstEvents).isEqualTo(1);
        assertThat(history.fraction()).isEqualTo(1 / 500.0);
    }

    @Test
    void aMessageIsMissedOnlyWhenTheThirdAfterItHasArrived() {
        hears(100).loses(1).hears(2);
        assertThat(firstEvents).isZero();
        hears(1);
        assertThat(firstEvents).isEqualTo(1);
    }

    @Test
    void messagesThatAreOvertakenOrDoubledAreNotLost() {
        Random random = new Random(5740);
        for (int i = 0; i < 100_000; i += 2) {
            hear(i + 1);
            hear(i);
            if (random.nextBoolean()) {
                hear(i - random.nextInt(20));
            }
        }
        assertThat(history.fraction()).isZero();
    }

    @Test
    void lossesWithinARoundTripAreOneEvent() {
        hears(1_000);
        for (int i = 0; i < 9; i++) {
            loses(5).hears(5);
        }
        assertThat(history.fraction()).isEqualTo(1 / 500.0);

        hears(200).loses(1).hears(3);
        assertThat(history.fraction()).isGreaterThan(1 / 500.0);
    }

    @Test
    void steadyLossIsMetAfterEightIntervals() {
        for (int i = 0; i < 9; i++) {
            hears(199).loses(1);
        }
        hears(100);
        assertThat(history.fraction()).isEqualTo(1 / 200.0, within(1e-9));
    }

    @Test
    void goodNewsCountsBeforeTheIntervalEndsAndBadNewsOnlyAsAnEvent() {
        for (int i = 0; i < 9; i++) {
            hears(199).loses(1);
        }
        hears(150);
        double before = history.fraction();
        hears(10_000);
        double after = history.fraction();
        assertThat(before).isEqualTo(1 / 200.0, within(1e-9));
        assertThat(after).isLessThan(before / 8);
    }

    @Test
    void oldIntervalsAreForgotten() {
        for (int i = 0; i < 20; i++) {
            hears(101).loses(1);
        }
        for (int i = 0; i < 9; i++) {
            hears(999).loses(1);
        }
        hears(3);
        assertThat(history.fraction()).isEqualTo(1 / 1_000.0, within(1e-9));
    }

    @Test
    void allLostButAFewIsAFractionOfOneAtMost() {
        hears(10);
        for (int i = 0; i < 100; i++) {
            loses(3_000).hears(1);
        }
        assertThat(history.fraction()).isBetween(0.0, 1.0);
    }

    @Test
    void oneForgedNumberIsOneEventAndTheRestIsHeardAgain() {
        hears(1_000);
        hear(20_000);
        hears(500);
        assertThat(history.fraction()).isEqualTo(1 / 500.0);

        hears(2_000).loses(1).hears(3);
        assertThat(history.fraction()).isBetween(1 / 2_500.0, 1 / 500.0);
    }

    @Test
    void whateverNumbersComeTheFractionIsOne() {
        Random random = new Random(5740);
        for (int i = 0; i < 100_000; i++) {
            hear(random.nextInt());
            assertThat(history.fraction()).isBetween(0.0, 1.0);
        }
    }
}

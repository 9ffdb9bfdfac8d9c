package dev.mimeo.protocol.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PathLimitTest {
    private static final int INTERVAL = 200;
    private static final double RATE = 1_000_000;

    private final PathLimit path = new PathLimit();
    private final SplittableRandom random = new SplittableRandom(1);
    private int sequence;

    /** So many intervals at a rate, on a path that takes {@code capacity} and loses a share of what it takes. */
    private PathLimitTest passes(int intervals, double rate, double capacity, double loss) {
        path.onProbe(rate);
        for (int i = 0; i < intervals; i++) {
            for (int j = 0; j < INTERVAL; j++, sequence++) {
                if (random.nextDouble() < capacity / rate && random.nextDouble() >= loss) {
                    path.onMessage(sequence & 0xffff);
                }
            }
            path.onProbe(rate);
        }
        return this;
    }

    private PathLimitTest loses(int count) {
        sequence += count;
        return this;
    }

    @Test
    void withoutLossNothingLimits() {
        passes(1_000, RATE, RATE, 0);
        assertThat(path.bytesPerSecond()).isInfinite();
        assertThat(path.loss()).isZero();
        assertThat(path.arrivingBytesPerSecond()).isEqualTo(RATE);
    }

    @Test
    void whatIsSentBeyondTheCapacityShowsInOneInterval() {
        passes(10, RATE, RATE, 0).passes(1, 1.5 * RATE, RATE, 0);
        assertThat(path.bytesPerSecond()).isCloseTo(RATE, within(0.15 * RATE));
    }

    @Test
    void aLittleTooMuchShowsInTime() {
        passes(10, RATE, RATE, 0).passes(8, 1.02 * RATE, RATE, 0);
        assertThat(path.bytesPerSecond()).isLessThan(1.02 * RATE);
    }

    @Test
    void aHopelessOverloadShowsToo() {
        passes(1, 20 * RATE, RATE, 0);
        assertThat(path.bytesPerSecond()).isCloseTo(RATE, within(0.6 * RATE));
    }

    @Test
    void theLimitIsGoneWhenTheRateIsBelowIt() {
        passes(1, 1.5 * RATE, RATE, 0).passes(1, 0.9 * RATE, RATE, 0);
        assertThat(path.bytesPerSecond()).isInfinite();
    }

    @Test
    void whatIsLostAtFirstIsUsual() {
        for (int i = 0; i < 1_000; i++) {
            passes(1, 3 * RATE, 3 * RATE, 0.1);
            assertThat(path.bytesPerSecond()).as("interval %d", i).isInfinite();
        }
    }

    @Test
    void lossThatALowerRateDoesNotCureIsUsual() {
        passes(10, RATE, RATE, 0).passes(4, RATE, RATE, 0.1);
        assertThat(path.bytesPerSecond()).isLessThan(RATE);

        passes(20, 0.8 * RATE, RATE, 0.1);
        assertThat(path.bytesPerSecond()).isInfinite();
        for (int i = 0; i < 1_000; i++) {
            passes(1, 3 * RATE, 3 * RATE, 0.1);
            assertThat(path.bytesPerSecond()).as("interval %d", i).isInfinite();
        }
    }

    @Test
    void aKneeIsFoundInSpiteOfUsualLoss() {
        passes(1, RATE, RATE, 0.05).passes(100, 0.8 * RATE, RATE, 0.05).passes(4, 1.2 * RATE, RATE, 0.05);
        assertThat(path.bytesPerSecond()).isCloseTo(RATE, within(0.15 * RATE));
    }

    @Test
    void moreThanAQuarterIsNeverUsual() {
        passes(1, RATE, RATE, 0.5).passes(100, 0.4 * RATE, RATE, 0.5);
        assertThat(path.bytesPerSecond()).isLessThan(0.4 * RATE);
    }

    @Test
    void aBurstOfNoiseOrAnOutageIsNoKnee() {
        passes(5, RATE, RATE, 0).loses(50).passes(1, RATE, RATE, 0);
        assertThat(path.loss()).isCloseTo(0.2, within(0.01));
        assertThat(path.bytesPerSecond()).isInfinite();

        loses(20_000).passes(1, RATE, RATE, 0);
        assertThat(path.bytesPerSecond()).isInfinite();
    }

    @Test
    void aMachineThatReadsOnceInAWhileIsShortOfTimeWhateverElseIsLost() {
        passes(20, RATE, RATE, 0.01);
        for (int i = 0; i < 8 && path.bytesPerSecond() == PathLimit.NONE; i++) {
            loses(300).passes(1, RATE, RATE, 0.01);
        }
        assertThat(path.bytesPerSecond()).isBetween(0.4 * RATE, 0.6 * RATE);
    }

    @Test
    void oneThatSleepsNowAndThenIsNot() {
        passes(20, RATE, RATE, 0.01);
        for (int i = 0; i < 50; i++) {
            loses(300).passes(12, RATE, RATE, 0.01);
            assertThat(path.bytesPerSecond()).isInfinite();
        }
    }

    @Test
    void whatIsOvertakenOrComesTwiceIsNotLost() {
        path.onProbe(RATE);
        for (int i = 0; i < INTERVAL; i += 2) {
            path.onMessage(i + 1);
            path.onMessage(i);
            path.onMessage(i);
        }
        path.onProbe(RATE);
        assertThat(path.loss()).isZero();
        assertThat(path.bytesPerSecond()).isInfinite();
    }

    @Test
    void shortIntervalsAreJudgedTogether() {
        for (int i = 0; i < 40; i++) {
            path.onProbe(RATE);
            path.onMessage(2 * i);
        }
        assertThat(path.bytesPerSecond()).isCloseTo(RATE / 2, within(0.05 * RATE));
    }

    @Test
    void whateverNumbersArriveTheLimitIsARate() {
        for (int i = 0; i < 200_000; i++) {
            path.onMessage(random.nextInt(1 << 16));
            if (random.nextInt(20) == 0) {
                path.onProbe(random.nextInt(2) == 0 ? 0 : random.nextDouble() * 1e12);
            }
            assertThat(path.bytesPerSecond()).isNotNaN().isNotNegative();
            assertThat(path.loss()).isBetween(0.0, 1.0);
        }
    }
}

package dev.mimeo.protocol.timing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.wire.Quantization;
import org.junit.jupiter.api.Test;

/** RFC 5401, section 3.7.1: its four rules, then ours. What is advertised is exact to a step of the wire, 8 percent. */
class GrttEstimatorTest {
    private static final long MILLI = 1_000_000;

    private final GrttEstimator grtt = new GrttEstimator(100 * MILLI, MILLI);

    @Test
    void aLargerSampleReplacesTheEstimateAtOnce() {
        grtt.onSample(300 * MILLI);

        assertAdvertises(300 * MILLI);
    }

    @Test
    void smallerSamplesLowerTheEstimateByHalfAPeriodDownToTheLargest() {
        for (long expected : new long[] {50, 25, 20, 20}) {
            grtt.onSample(10 * MILLI);
            grtt.onSample(20 * MILLI);
            grtt.onSample(5 * MILLI);
            grtt.onPeriodEnd();
            assertAdvertises(expected * MILLI);
        }
    }

    @Test
    void withoutFeedbackTheEstimateStays() {
        for (int period = 0; period < 100; period++) {
            grtt.onPeriodEnd();
        }

        assertAdvertises(100 * MILLI);
    }

    @Test
    void thePeakIsForgottenWhenThePeriodEnds() {
        grtt.onSample(200 * MILLI);
        grtt.onPeriodEnd();
        assertAdvertises(200 * MILLI);
        grtt.onSample(50 * MILLI);
        grtt.onPeriodEnd();

        assertAdvertises(100 * MILLI);
    }

    @Test
    void lessThanTheFloorIsNeverAdvertised() {
        GrttEstimator floored = new GrttEstimator(2 * MILLI, 5 * MILLI);
        assertThat(floored.grttNanos()).isGreaterThanOrEqualTo(5 * MILLI);
        for (int period = 0; period < 200; period++) {
            floored.onSample(1_000);
            floored.onPeriodEnd();
            assertThat(floored.grttNanos()).isBetween(5 * MILLI, 5_400_000L);
        }
    }

    @Test
    void aSampleAboveTheCeilingCountsAsTheCeiling() {
        grtt.onSample(Long.MAX_VALUE);

        assertAdvertises(GrttEstimator.CEILING_NANOS);
    }

    @Test
    void oneWildSampleIsForgottenWithinFourteenPeriods() {
        grtt.onSample(Long.MAX_VALUE);
        for (int period = 0; period < 14; period++) {
            grtt.onSample(MILLI);
            grtt.onPeriodEnd();
        }

        assertThat(grtt.grttNanos()).isLessThan(2 * MILLI);
    }

    @Test
    void negativeSamplesAreIgnored() {
        grtt.onSample(-1);
        grtt.onSample(Long.MIN_VALUE);
        grtt.onPeriodEnd();

        assertAdvertises(100 * MILLI);
    }

    @Test
    void aRoundTripOfNothingIsASample() {
        grtt.onSample(0);
        grtt.onPeriodEnd();

        assertAdvertises(50 * MILLI);
    }

    @Test
    void whatReceiversMakeOfItIsWhatTheSenderReckonsWith() {
        for (long sample = 1; sample < 2 * GrttEstimator.CEILING_NANOS; sample = sample * 3 / 2 + 1) {
            grtt.onSample(sample);
            assertThat(grtt.grttNanos()).isEqualTo(Quantization.grttNanos(grtt.advertised()));
        }
    }

    private void assertAdvertises(long nanos) {
        assertThat(grtt.grttNanos()).isBetween(nanos * 999 / 1000, nanos * 108 / 100);
    }

    @Test
    void aFloorThatMovesIsAdvertisedAtOnce() {
        GrttEstimator moving = new GrttEstimator(2 * MILLI, 5 * MILLI);
        moving.floor(100 * MILLI);
        assertThat(moving.grttNanos()).isGreaterThanOrEqualTo(100 * MILLI);
        moving.floor(MILLI);
        assertThat(moving.grttNanos()).isBetween(2 * MILLI, 3 * MILLI);
    }
}

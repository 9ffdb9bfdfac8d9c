package dev.mimeo.protocol.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NackBackoffTest {
    private static final long LONGEST = 40_000_000;
    private static final int DRAWS = 100_000;
    private static final long SEED = 5401;

    @ParameterizedTest
    @CsvSource({"10, 0.74", "100, 0.83", "500, 0.86", "1000, 0.87", "10000, 0.90"})
    void meanIsThatOfTheTruncatedExponentialDistribution(double groupSize, double share) {
        double mean = Arrays.stream(draws(groupSize)).average().orElseThrow();

        assertThat(mean / LONGEST).isEqualTo(share, within(0.006));
    }

    /** RFC 5401, section 3.2.2, word by word: a uniform x in [L/(T*(e^L-1)), L/(T*(e^L-1)) + L/T), then t(x). */
    @Test
    void drawsFollowTheFormulasOfTheRfc() {
        double lambda = Math.log(1_000) + 1;
        double scale = LONGEST * (Math.exp(lambda) - 1) / lambda;
        SplittableRandom uniform = new SplittableRandom(SEED);
        SplittableRandom same = new SplittableRandom(SEED);
        for (int i = 0; i < 10_000; i++) {
            double x = uniform.nextDouble() * lambda / LONGEST + 1 / scale;
            double expected = LONGEST / lambda * Math.log(x * scale);

            assertThat((double) NackBackoff.drawNanos(LONGEST, 1_000, same)).isEqualTo(expected, within(2.0));
        }
    }

    @Test
    void shareOfEarlyDrawsIsTheDistributionFunction() {
        long[] draws = draws(1_000);
        double lambda = Math.log(1_000) + 1;
        for (int tenth = 1; tenth <= 10; tenth++) {
            long until = LONGEST * tenth / 10;
            double share = Arrays.stream(draws).filter(t -> t <= until).count() / (double) DRAWS;
            double expected = Math.expm1(lambda * tenth / 10) / Math.expm1(lambda);

            assertThat(share).isEqualTo(expected, within(0.006));
        }
    }

    @Test
    void noDrawIsOutsideZeroAndTheLongest() {
        for (double groupSize : new double[] {0, 1, 10, 500_000_000}) {
            assertThat(NackBackoff.drawNanos(LONGEST, groupSize, always(0))).isZero();
            assertThat(NackBackoff.drawNanos(LONGEST, groupSize, always(Math.nextDown(1.0))))
                    .isBetween(LONGEST - 1, LONGEST);
            assertThat(Arrays.stream(draws(groupSize))).allMatch(t -> t >= 0 && t <= LONGEST);
        }
    }

    @Test
    void noTimeToWaitIsNoBackoff() {
        assertThat(NackBackoff.drawNanos(0, 1_000, new SplittableRandom(SEED))).isZero();
    }

    @Test
    void theSameSeedDrawsTheSameDelays() {
        assertThat(draws(1_000)).isEqualTo(draws(1_000));
        assertThat(NackBackoff.drawNanos(LONGEST, 1_000, new SplittableRandom(1)))
                .isNotEqualTo(NackBackoff.drawNanos(LONGEST, 1_000, new SplittableRandom(2)));
    }

    private static long[] draws(double groupSize) {
        RandomGenerator random = new SplittableRandom(SEED);
        long[] draws = new long[DRAWS];
        Arrays.setAll(draws, i -> NackBackoff.drawNanos(LONGEST, groupSize, random));
        return draws;
    }

    private static RandomGenerator always(double value) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("only doubles are drawn");
            }

            @Override
            public double nextDouble() {
                return value;
            }
        };
    }
}

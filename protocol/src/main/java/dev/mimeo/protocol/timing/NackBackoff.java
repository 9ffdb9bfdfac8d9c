package dev.mimeo.protocol.timing;

import java.util.random.RandomGenerator;

/**
 * The random delay before feedback: a truncated exponential distribution, so that most receivers wait long and the few
 * that do not are heard by the others first (RFC 5401, section 3.2.2).
 *
 * <p>With {@code T} the longest delay and {@code L = ln(groupSize) + 1}, the delay of a uniform {@code u} in [0, 1) is
 * {@code T / L * ln(1 + u * (e^L - 1))}: the RFC's two formulas, put together.
 */
public final class NackBackoff {
    private NackBackoff() {}

    /**
     * Draws a delay.
     *
     * @param longestNanos T, usually K times the group round trip time; 0 gives 0
     * @param groupSize how many receivers may answer, at least 1
     * @return 0 (inclusive) to {@code longestNanos} (inclusive, by rounding)
     */
    public static long drawNanos(long longestNanos, double groupSize, RandomGenerator random) {
        double lambda = Math.log(Math.max(1, groupSize)) + 1;
        return (long) (longestNanos / lambda * Math.log1p(random.nextDouble() * Math.expm1(lambda)));
    }
}

package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.NodeId;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Which datagrams a {@link Link} loses. Asked once for every datagram that enters the link, in order.
 *
 * <p>A model may keep state (where in a burst it is, how many have passed); each link then has its own, made by
 * {@link #fresh()} when the model is given to the link.
 */
@FunctionalInterface
public interface LossModel {
    /**
     * Decides about one datagram.
     *
     * @param node whose link it is: the origin on its way out, the recipient on its way in
     * @param nowNanos when the datagram enters the link, in the simulation's time
     * @param random the link's own chance, seeded by the simulation
     */
    boolean loses(Datagram datagram, NodeId node, long nowNanos, RandomGenerator random);

    /** Returns this model as it is before its first datagram; itself if it has no state. */
    default LossModel fresh() {
        return this;
    }

    /** Loses what this or {@code other} loses; both see every datagram. */
    default LossModel or(LossModel other) {
        return new LossModels.Either(this, other);
    }

    /** Loses only what matches; this model sees no other datagram. */
    default LossModel only(Predicate<Datagram> condition) {
        return new LossModels.Filtered(this, condition);
    }

    /** Loses only what enters at or after {@code fromNanos} and before {@code toNanos}; sees no other datagram. */
    default LossModel between(long fromNanos, long toNanos) {
        return new LossModels.Windowed(this, fromNanos, toNanos);
    }

    /** Loses nothing. */
    static LossModel none() {
        return LossModels.NONE;
    }

    /** Loses everything; with {@link #between} it is a partition. */
    static LossModel all() {
        return LossModels.ALL;
    }

    /** Loses each datagram with the same probability, independently. */
    static LossModel uniform(double probability) {
        LossModels.requireProbability(probability);
        return (datagram, node, nowNanos, random) -> random.nextDouble() < probability;
    }

    /**
     * Loses in bursts, after Gilbert and Elliott: two states, good (loses nothing) and bad (loses everything), of
     * geometrically distributed length.
     *
     * @param meanLoss share of datagrams that are lost in the long run, below 1
     * @param meanBurstLength datagrams in a burst on average, at least 1
     */
    static LossModel burst(double meanLoss, double meanBurstLength) {
        return new LossModels.Burst(meanLoss, meanBurstLength);
    }

    /** Loses every {@code period}-th datagram: the first to be lost is number {@code period}. */
    static LossModel every(long period) {
        return new LossModels.Periodic(period);
    }

    /** Loses the datagrams with these numbers, counted from 1 on each link. */
    static LossModel numbers(long... numbers) {
        long[] sorted = numbers.clone();
        Arrays.sort(sorted);
        return new LossModels.Numbered(sorted);
    }

    /** Loses whatever matches. */
    static LossModel matching(Predicate<Datagram> condition) {
        return all().only(condition);
    }
}

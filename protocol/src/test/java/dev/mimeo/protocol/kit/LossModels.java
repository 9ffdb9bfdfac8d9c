package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.NodeId;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** The models behind the factories of {@link LossModel}. */
final class LossModels {
    static final LossModel NONE = (datagram, node, nowNanos, random) -> false;
    static final LossModel ALL = (datagram, node, nowNanos, random) -> true;

    private LossModels() {}

    static void requireProbability(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("a probability of " + probability);
        }
    }

    record Either(LossModel one, LossModel other) implements LossModel {
        @Override
        public boolean loses(Datagram datagram, NodeId node, long nowNanos, RandomGenerator random) {
            return one.loses(datagram, node, nowNanos, random) | other.loses(datagram, node, nowNanos, random);
        }

        @Override
        public LossModel fresh() {
            return new Either(one.fresh(), other.fresh());
        }
    }

    record Filtered(LossModel model, Predicate<Datagram> condition) implements LossModel {
        @Override
        public boolean loses(Datagram datagram, NodeId node, long nowNanos, RandomGenerator random) {
            return condition.test(datagram) && model.loses(datagram, node, nowNanos, random);
        }

        @Override
        public LossModel fresh() {
            return new Filtered(model.fresh(), condition);
        }
    }

    record Windowed(LossModel model, long fromNanos, long toNanos) implements LossModel {
        @Override
        public boolean loses(Datagram datagram, NodeId node, long nowNanos, RandomGenerator random) {
            return nowNanos >= fromNanos && nowNanos < toNanos && model.loses(datagram, node, nowNanos, random);
        }

        @Override
        public LossModel fresh() {
            return new Windowed(model.fresh(), fromNanos, toNanos);
        }
    }

    /**
     * Leaves the bad state with probability r = 1 / burst length and the good one with p such that the share of time
     * spent in the bad one, p / (p + r), is the mean loss.
     */
    static final class Burst implements LossModel {
        private final double meanLoss;
        private final double meanBurstLength;
        private final double begin;
        private final double end;
        private boolean bad;

        Burst(double meanLoss, double meanBurstLength) {
            requireProbability(meanLoss);
            this.meanLoss = meanLoss;
            this.meanBurstLength = meanBurstLength;
            this.end = 1 / meanBurstLength;
            this.begin = end * meanLoss / (1 - meanLoss);
            if (!(meanBurstLength >= 1) || !(begin <= 1)) {
                throw new IllegalArgumentException(
                        "no bursts of " + meanBurstLength + " datagrams lose " + meanLoss + " of all");
            }
        }

        @Override
        public boolean loses(Datagram datagram, NodeId node, long nowNanos, RandomGenerator random) {
            double chance = random.nextDouble();
            bad = bad ? chance >= end : chance < begin;
            return bad;
        }

        @Override
        public LossModel fresh() {
            return new Burst(meanLoss, meanBurstLength);
        }
    }

    static final class Periodic implements LossModel {
        private final long period;
        private long count;

        Periodic(long period) {
            if (period < 1) {
                throw new IllegalArgumentException("a period of " + period);
            }
            this.period = period;
        }

        @Override
        public boolean loses(Datagram datagram, NodeId node, long nowNanos, RandomGenerator random) {
            return ++count % period == 0;
        }

        @Override
        public LossModel fresh() {
            return new Periodic(period);
        }
    }

    static final class Numbered implements LossModel {
        private final long[] sortedNumbers;
        private long count;

        Numbered(long[] sortedNumbers) {
            this.sortedNumbers = sortedNumbers;
        }

        @Override
        public boolean loses(Datagram datagram, NodeId node, long nowNanos, RandomGenerator random) {
            return Arrays.binarySearch(sortedNumbers, ++count) >= 0;
        }

        @Override
        public LossModel fresh() {
            return new Numbered(sortedNumbers);
        }
    }
}

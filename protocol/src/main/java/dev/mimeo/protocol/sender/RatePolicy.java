package dev.mimeo.protocol.sender;

/** How a sender finds its rate, which is never above {@link SenderConfig#bytesPerSecond}. */
public sealed interface RatePolicy {
    /** The highest rate, whatever receivers tell: for closed networks (RFC 5740, section 5.5.2). */
    record Fixed() implements RatePolicy {}

    /**
     * The fastest that receivers can take: that does not fill the queues of their paths, nor their memory.
     *
     * @param floor lowest rate, in bytes per second; at least 1, and the highest counts if that is lower
     */
    record Adaptive(long floor, Sharing sharing) implements RatePolicy {
        /** Refuses a floor of less than 1. */
        public Adaptive {
            requirePositive(floor);
        }
    }

    /**
     * NORM-CC: as fast as TCP would be to the receiver with the slowest path (RFC 5740, section 5.5.2).
     *
     * <p>What a group can be waited for bounds the floor: timers scale with the time that 1,500 bytes take at the current
     * rate.
     *
     * @param floor lowest rate, where it begins, in bytes per second; at least 1, and the highest counts if that is lower
     */
    record CongestionControl(long floor) implements RatePolicy {
        /** Refuses a floor of less than 1. */
        public CongestionControl {
            requirePositive(floor);
        }
    }

    /** What an adaptive rate leaves to others on the same path when it finds the path full. */
    enum Sharing {
        /** A twentieth, for a moment: for networks that are ours for the time. */
        FIRM(0.95, 0.08),
        /** Half of what it had, and it takes its time to come back. */
        POLITE(0.5, 0.03);

        private final double kept;
        private final double risePerSecond;

        Sharing(double kept, double risePerSecond) {
            this.kept = kept;
            this.risePerSecond = risePerSecond;
        }

        /** Returns the share of what the path took that it goes on with. */
        double kept() {
            return kept;
        }

        /** Returns how much it then adds in a second, as a share of the highest rate. */
        double risePerSecond() {
            return risePerSecond;
        }
    }

    private static void requirePositive(long floor) {
        if (floor < 1) {
            throw new IllegalArgumentException("a floor of " + floor + " bytes per second");
        }
    }
}

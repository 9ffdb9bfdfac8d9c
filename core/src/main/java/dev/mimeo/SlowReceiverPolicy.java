package dev.mimeo;

import java.time.Duration;
import java.util.Objects;

/** What becomes of receivers that cannot keep up with the class. Immutable. */
public sealed interface SlowReceiverPolicy {
    /** Waits for everybody: repairs go first whatever they cost, and an adaptive rate follows the slowest receiver. */
    static SlowReceiverPolicy holdAll() {
        return new HoldAll();
    }

    /**
     * Protects the class: repairs have their {@linkplain ImageSender.Builder#repairShare share} and no more while everything is
     * sent for the first time, who lacks little comes first, and an adaptive rate does not heed who lags behind the rest by half.
     */
    static SlowReceiverPolicy secondPass() {
        return new SecondPass();
    }

    /**
     * As {@link #secondPass}; besides, who stores less than {@code rate} for as long as {@code grace}, although more was sent,
     * is sent away for good.
     */
    static SlowReceiverPolicy dropBelow(DataRate rate, Duration grace) {
        return new DropBelow(rate, grace, Dismissal.Action.ABORT);
    }

    /** As {@link #dropBelow}, but sent away to get the image in another way. */
    static SlowReceiverPolicy handOff(DataRate rate, Duration grace) {
        return new DropBelow(rate, grace, Dismissal.Action.FALL_BACK);
    }

    /**
     * Gives the class a session of its own for each of some speeds; only of a {@link DistributionPoint}. As {@link #secondPass};
     * besides, who falls behind the rest by half goes on in the next lane: another session of the same image, on another
     * group, at a rate of its own. It keeps what it has, and its transfer goes on. Lanes are opened for the first who needs
     * them, are {@linkplain DistributionPoint#sessions sessions} of the point, and end with their receivers. If none can be
     * opened, who lags stays where it is.
     *
     * @param count 2 or 3
     */
    static SlowReceiverPolicy lanes(int count) {
        return new Lanes(count);
    }

    /** See {@link SlowReceiverPolicy#holdAll}. */
    record HoldAll() implements SlowReceiverPolicy {}

    /** See {@link SlowReceiverPolicy#secondPass}. */
    record SecondPass() implements SlowReceiverPolicy {}

    /** See {@link SlowReceiverPolicy#lanes}. */
    record Lanes(int count) implements SlowReceiverPolicy {
        /** Refuses what is neither 2 nor 3. */
        public Lanes {
            if (count < 2 || count > 3) {
                throw new IllegalArgumentException(count + " lanes are not 2 or 3");
            }
        }

        /** Returns the policy of the next lane. */
        public SlowReceiverPolicy next() {
            return count == 2 ? secondPass() : new Lanes(count - 1);
        }
    }

    /** See {@link SlowReceiverPolicy#dropBelow}. */
    record DropBelow(DataRate rate, Duration grace, Dismissal.Action action) implements SlowReceiverPolicy {
        /** Refuses nulls, and a grace of less than a second: receivers do not report more often. */
        public DropBelow {
            Objects.requireNonNull(rate, "rate");
            Objects.requireNonNull(action, "action");
            if (grace.compareTo(Duration.ofSeconds(1)) < 0 || grace.compareTo(Duration.ofDays(365)) > 0) {
                throw new IllegalArgumentException("a grace of " + grace + " is not within 1 s and 365 days");
            }
        }
    }
}

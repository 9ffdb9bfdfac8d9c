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

    /** See {@link SlowReceiverPolicy#holdAll}. */
    record HoldAll() implements SlowReceiverPolicy {}

    /** See {@link SlowReceiverPolicy#secondPass}. */
    record SecondPass() implements SlowReceiverPolicy {}

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

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
     * Protects the class: a receiver that needs more than its part of the {@linkplain ImageSender.Builder#repairShare repairs}
     * gets the rest when everything was sent once.
     */
    static SlowReceiverPolicy secondPass() {
        return new SecondPass();
    }

    /** As {@link #secondPass}; besides, who gets less than {@code rate} for as long as {@code grace} is sent away for good. */
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
        /** Refuses nulls and a grace that is none. */
        public DropBelow {
            Objects.requireNonNull(rate, "rate");
            Objects.requireNonNull(action, "action");
            if (grace.isNegative() || grace.isZero()) {
                throw new IllegalArgumentException("a grace of " + grace + " is none");
            }
        }
    }
}

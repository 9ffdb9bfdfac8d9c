package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.session.Dismissal;
import java.util.Objects;

/** What a sender does about receivers that cannot keep up with the others. */
public sealed interface SlowReceivers {
    /** Everybody counts alike: what is missing is repaired before anything new is sent, and the rate heeds the slowest. */
    record HoldAll() implements SlowReceivers {}

    /**
     * The others come first. Repairs have a share of the first pass and no more (see {@link SenderConfig#repairShare});
     * whoever lacks most of a block gets it after the pass, when nobody lacks little; round trip times and rate do not heed
     * who lags behind the rest by half.
     */
    record SecondPass() implements SlowReceivers {}

    /**
     * Like {@link SecondPass}, and the owner is told of whoever lags behind the rest in two comparisons in a row, to have it
     * go on elsewhere: see {@link SenderEvent.ReceiverLags}.
     */
    record Move() implements SlowReceivers {}

    /**
     * Like {@link SecondPass}, and whoever has stored less than {@code bytesPerSecond} for so long, although as much was sent,
     * is sent away; or, with {@link Dismissal.Action#MOVE}, the owner is told, each time that this is found, to have it go on
     * elsewhere: see {@link SenderEvent.ReceiverLags}.
     *
     * @param bytesPerSecond verified bytes, at least 1
     * @param graceNanos at least one second, reports are not more frequent
     */
    record DropBelow(long bytesPerSecond, long graceNanos, Dismissal.Action action) implements SlowReceivers {
        /** Refuses what cannot be judged. */
        public DropBelow {
            Objects.requireNonNull(action);
            if (bytesPerSecond < 1 || graceNanos < 1_000_000_000) {
                throw new IllegalArgumentException(
                        bytesPerSecond + " bytes per second in " + graceNanos + " ns; at least 1 in one second");
            }
        }
    }
}

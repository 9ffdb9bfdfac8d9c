package dev.mimeo;

import dev.mimeo.internal.StartPolicies;
import java.util.Objects;

/**
 * How a receiver is sent away.
 *
 * @param action what it is to do
 * @param reason for people, at most 255 bytes of UTF-8; the receiver shows it
 */
public record Dismissal(Action action, String reason) {
    /** What a receiver that was sent away is to do. */
    public enum Action {
        /** Get the image in another way, by unicast for instance. */
        FALL_BACK,
        /** Give up. */
        ABORT
    }

    /** Refuses text that cannot be shown. */
    public Dismissal {
        Objects.requireNonNull(action, "action");
        reason = StartPolicies.checkedText(reason);
    }

    /** Sends a receiver away to get the image in another way. */
    public static Dismissal fallBack(String reason) {
        return new Dismissal(Action.FALL_BACK, reason);
    }

    /** Sends a receiver away for good. */
    public static Dismissal abort(String reason) {
        return new Dismissal(Action.ABORT, reason);
    }
}

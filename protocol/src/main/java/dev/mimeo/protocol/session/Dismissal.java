package dev.mimeo.protocol.session;

import dev.mimeo.protocol.NodeId;
import java.util.List;
import java.util.Objects;

/**
 * A sender sends receivers away: they were not admitted, an operator does not want them, or they are too slow.
 *
 * @param action what they are to do
 * @param reason for people, up to 255 bytes of UTF-8; see {@link SessionText}
 * @param nodes up to 65,535 participants, and no more than a segment holds: see {@link SessionCodec#dismissalCapacity}
 */
public record Dismissal(Action action, String reason, List<NodeId> nodes) implements SessionCommand {
    /** What a receiver that was sent away is to do. */
    public enum Action {
        /** Get the image in another way. */
        FALL_BACK,
        /** Give up. */
        ABORT
    }

    /** Refuses what cannot be said on the wire. */
    public Dismissal {
        Objects.requireNonNull(action);
        SessionText.require("reason", reason);
        nodes = Confirmation.participants(nodes);
    }
}

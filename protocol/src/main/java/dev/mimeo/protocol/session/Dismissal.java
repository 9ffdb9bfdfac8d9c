package dev.mimeo.protocol.session;

import dev.mimeo.protocol.NodeId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A sender sends receivers away: they were not admitted, an operator does not want them, or they are too slow.
 *
 * @param action what they are to do
 * @param reason for people, up to 255 bytes of UTF-8; see {@link SessionText}
 * @param next where those who are moved go on; empty for everybody else
 * @param nodes up to 65,535 participants, and no more than a segment holds: see {@link SessionCodec#dismissalCapacity}
 */
public record Dismissal(Action action, String reason, Optional<GroupAddress> next, List<NodeId> nodes)
        implements SessionCommand {
    /** What a receiver that was sent away is to do. */
    public enum Action {
        /** Get the image in another way. */
        FALL_BACK,
        /** Give up. */
        ABORT,
        /** Go on with another session of the same image. */
        MOVE
    }

    /** Refuses what cannot be said on the wire. */
    public Dismissal {
        Objects.requireNonNull(action);
        SessionText.require("reason", reason);
        if (next.isPresent() != (action == Action.MOVE)) {
            throw new IllegalArgumentException(action + " to " + next);
        }
        nodes = Confirmation.participants(nodes);
    }

    /** Sends them away, and not elsewhere. */
    public Dismissal(Action action, String reason, List<NodeId> nodes) {
        this(action, reason, Optional.empty(), nodes);
    }

    /** Returns the same, said to others. */
    public Dismissal to(List<NodeId> others) {
        return new Dismissal(action, reason, next, others);
    }
}

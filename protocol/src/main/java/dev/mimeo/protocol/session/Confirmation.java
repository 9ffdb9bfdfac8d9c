package dev.mimeo.protocol.session;

import dev.mimeo.protocol.NodeId;
import java.util.List;

/**
 * A sender says whose reports it has heard, so that they stop repeating them.
 *
 * @param subject what was reported
 * @param nodes up to 65,535 participants, and no more than a segment holds: see {@link SessionCodec#confirmationCapacity}
 */
public record Confirmation(Subject subject, List<NodeId> nodes) implements SessionCommand {
    /** What a receiver repeats until it is confirmed. */
    public enum Subject {
        /** How it ended: a {@link StatusReport} whose state is final. */
        END,
        /** What it needs: all its {@link Needs}. */
        NEEDS
    }

    /** Most nodes in one confirmation. */
    public static final int LARGEST_COUNT = 65_535;

    /** Refuses ids that are nobody's, and too many. */
    public Confirmation {
        nodes = participants(nodes);
    }

    /** Copies a list of nodes that can be named on the wire, or refuses it. */
    static List<NodeId> participants(List<NodeId> nodes) {
        if (nodes.size() > LARGEST_COUNT) {
            throw new IllegalArgumentException(nodes.size() + " nodes; at most " + LARGEST_COUNT + " can be named");
        }
        for (NodeId node : nodes) {
            if (!node.isParticipant()) {
                throw new IllegalArgumentException("node id " + node + " names nobody");
            }
        }
        return List.copyOf(nodes);
    }
}

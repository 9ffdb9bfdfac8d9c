package dev.mimeo.internal;

import dev.mimeo.protocol.NodeId;
import java.util.random.RandomGenerator;

/** Node ids for those who were given none. */
final class NodeIds {
    private NodeIds() {}

    /** Returns an id at random: among 1,000 receivers, two get the same once in nine thousand sessions. */
    static NodeId random(RandomGenerator random) {
        NodeId id = NodeId.NONE;
        while (!id.isParticipant()) {
            id = new NodeId(random.nextInt());
        }
        return id;
    }
}

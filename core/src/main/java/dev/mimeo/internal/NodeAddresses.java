package dev.mimeo.internal;

import dev.mimeo.protocol.NodeId;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where each node was last heard from: the source id of a NORM message (RFC 5740, section 4.1), the address that it came from,
 * and by which interface of this machine. Keeps the {@value #CAPACITY} nodes heard last. Confined to the protocol thread.
 *
 * <p>Nothing is allocated while one node keeps talking from one address.
 */
final class NodeAddresses {
    static final int CAPACITY = 16_384;
    private static final int SOURCE_ID = 4;

    private final Map<NodeId, Place> places = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Place> eldest) {
            return size() > CAPACITY;
        }
    };

    private int latestNode;
    /** Null before the first. */
    private Place latest;

    /**
     * Where a node is.
     *
     * @param via the place of an interface among those of a port
     */
    record Place(SocketAddress address, int via) {}

    /** Notes who sent {@code datagram}; one too short to say is ignored. */
    void heard(ByteBuffer datagram, SocketAddress from, int via) {
        if (datagram.limit() < SOURCE_ID + Integer.BYTES) {
            return;
        }
        int node = datagram.getInt(SOURCE_ID);
        if (latest != null && node == latestNode && via == latest.via && from.equals(latest.address)) {
            return;
        }
        NodeId id = new NodeId(node);
        if (id.isParticipant()) {
            latestNode = node;
            latest = new Place(from, via);
            places.put(id, latest);
        }
    }

    /** Returns where {@code node} was last heard from. */
    Optional<Place> of(NodeId node) {
        return Optional.ofNullable(places.get(node));
    }
}

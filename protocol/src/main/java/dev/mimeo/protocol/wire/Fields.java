package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;
import java.nio.ByteBuffer;
import java.util.List;

/** Writes single fields at a buffer's position, and refuses values that do not fit: a fault of the caller. */
final class Fields {
    private Fields() {}

    static void put8(ByteBuffer out, int value, String field) {
        require(value >>> 8 == 0, field, value);
        out.put((byte) value);
    }

    static void put16(ByteBuffer out, int value, String field) {
        require(value >>> 16 == 0, field, value);
        out.putShort((short) value);
    }

    static void putParticipant(ByteBuffer out, NodeId node, String field) {
        if (!node.isParticipant()) {
            throw new IllegalArgumentException(field + " " + node + " names nobody");
        }
        out.putInt(node.value());
    }

    static void putParticipants(ByteBuffer out, List<NodeId> nodes, String field) {
        for (NodeId node : nodes) {
            putParticipant(out, node, field);
        }
    }

    static void putZeros(ByteBuffer out, int count) {
        for (int i = 0; i < count; i++) {
            out.put((byte) 0);
        }
    }

    /** Writes {@code content} from its position to its limit, which stay where they are. */
    static void putContent(ByteBuffer out, ByteBuffer content) {
        int length = content.remaining();
        int at = out.position();
        out.position(at + length);
        out.put(at, content, content.position(), length);
    }

    static void require(boolean holds, String field, long value) {
        if (!holds) {
            throw new IllegalArgumentException(field + " " + value + " does not fit");
        }
    }
}

package dev.mimeo.protocol;

/**
 * A NormNodeId: who sent a message (RFC 5740, section 2.1). Unique within a session.
 *
 * @param value the 32 bits; {@code 0x00000000} (NORM_NODE_NONE) and {@code 0xffffffff} (NORM_NODE_ANY) name nobody
 */
public record NodeId(int value) implements Comparable<NodeId> {
    /** NORM_NODE_NONE. */
    public static final NodeId NONE = new NodeId(0);
    /** NORM_NODE_ANY. */
    public static final NodeId ANY = new NodeId(0xffffffff);

    /** Returns whether this id may belong to a participant. */
    public boolean isParticipant() {
        return value != 0 && value != 0xffffffff;
    }

    /** Orders by unsigned value. */
    @Override
    public int compareTo(NodeId other) {
        return Integer.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return String.format("%08x", value);
    }
}

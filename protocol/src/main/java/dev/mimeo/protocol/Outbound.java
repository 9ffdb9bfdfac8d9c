package dev.mimeo.protocol;

import java.nio.ByteBuffer;

/**
 * One datagram on its way out and where it goes; made once, reused for every datagram.
 *
 * <p>A machine calls {@link #toGroup()} or {@link #toNode}, writes from position 0 and leaves the buffer's position at the
 * end of the datagram; {@link #datagram()} then flips it for the driver.
 */
public final class Outbound {
    /** Largest UDP payload over IPv4, in bytes. */
    public static final int LARGEST_DATAGRAM = 65_507;

    private final ByteBuffer buffer;
    private NodeId destination = NodeId.ANY;

    /** Uses {@code buffer}, whose capacity bounds the datagrams that fit. */
    public Outbound(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /** Starts a datagram to the group and returns the cleared buffer. */
    public ByteBuffer toGroup() {
        return toNode(NodeId.ANY);
    }

    /** Starts a datagram to the address that {@code node} was last heard from and returns the cleared buffer. */
    public ByteBuffer toNode(NodeId node) {
        destination = node;
        return buffer.clear();
    }

    /** Returns the datagram: position 0, limit its end. Call once after each successful poll. */
    public ByteBuffer datagram() {
        return buffer.flip();
    }

    /** Returns whether the datagram goes to the whole group. */
    public boolean isToGroup() {
        return destination.equals(NodeId.ANY);
    }

    /** Returns who the datagram goes to: {@link NodeId#ANY} is the group. */
    public NodeId destination() {
        return destination;
    }
}

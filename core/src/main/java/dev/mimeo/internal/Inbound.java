package dev.mimeo.internal;

import dev.mimeo.protocol.Delivery;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/** One datagram on its way in and how it came; made once, reused for every datagram. */
final class Inbound {
    static final int LARGEST_DATAGRAM = 65_535;

    private final ByteBuffer datagram = ByteBuffer.allocateDirect(LARGEST_DATAGRAM);
    private Delivery delivery = Delivery.MULTICAST;
    private SocketAddress source;

    /** Starts a datagram: returns the cleared buffer to receive into. */
    ByteBuffer clear() {
        return datagram.clear();
    }

    /** Ends a datagram: what was put into the buffer. */
    void received(Delivery how, SocketAddress from) {
        datagram.flip();
        delivery = how;
        source = from;
    }

    /** Leaves nothing of the datagram: it is not for the machines. */
    void drop() {
        datagram.clear().flip();
    }

    /** Returns the datagram: position 0, limit its end; empty if it was not for the machines. */
    ByteBuffer datagram() {
        return datagram;
    }

    /** Returns the address that it came from. */
    SocketAddress source() {
        return source;
    }

    /** Returns whether others have heard it too. */
    Delivery delivery() {
        return delivery;
    }
}

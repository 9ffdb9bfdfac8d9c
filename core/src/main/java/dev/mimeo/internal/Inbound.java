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
    private int via;

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

    /** As {@link #received}, and says which interface of several it came by. */
    void receivedBy(int index, Delivery how, SocketAddress from) {
        received(how, from);
        via = index;
    }

    /** Ends a datagram that was made of another: it came as that did. */
    void receivedAs(Inbound other) {
        receivedBy(other.via, other.delivery, other.source);
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

    /** Returns which interface of a port it came by: its place among them. */
    int via() {
        return via;
    }

    /** Returns whether others have heard it too. */
    Delivery delivery() {
        return delivery;
    }
}

package dev.mimeo.internal;

import dev.mimeo.protocol.Delivery;
import java.nio.ByteBuffer;

/** One datagram on its way in and how it came; made once, reused for every datagram. */
final class Inbound {
    private static final int LARGEST_DATAGRAM = 65_535;

    private final ByteBuffer datagram = ByteBuffer.allocateDirect(LARGEST_DATAGRAM);
    private Delivery delivery = Delivery.MULTICAST;

    /** Starts a datagram: returns the cleared buffer to receive into. */
    ByteBuffer clear() {
        return datagram.clear();
    }

    /** Ends a datagram: what was put into the buffer. */
    void received(Delivery how) {
        datagram.flip();
        delivery = how;
    }

    /** Returns the datagram: position 0, limit its end. */
    ByteBuffer datagram() {
        return datagram;
    }

    /** Returns whether others have heard it too. */
    Delivery delivery() {
        return delivery;
    }
}

package dev.mimeo.internal;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Optional;

/**
 * Receives datagrams from a channel, one at a time, without waiting.
 *
 * <p>Where there is a native socket, datagrams of one sender that follow each other and have one length are taken from the system
 * in one piece (UDP_GRO, since Linux 5.0), with the length that they are cut apart by. Confined to the protocol thread.
 */
final class DatagramReceiver {
    private static final int LARGEST_PIECE = 65_535;

    private final DatagramChannel channel;
    /** Empty if every datagram comes alone. */
    private final Optional<NativeSocket> socket;
    /** What was taken and not handed out yet. */
    private final ByteBuffer piece = ByteBuffer.allocateDirect(LARGEST_PIECE);

    private final MessageHeader header;
    private int segmentLength;
    private SocketAddress from;

    /** Has the system put datagrams together, if there is a socket and it can. */
    DatagramReceiver(DatagramChannel channel, Optional<NativeSocket> socket) {
        this.channel = channel;
        this.socket = socket.filter(found -> found.set(MessageHeader.SOL_UDP, MessageHeader.UDP_GRO, 1));
        this.header = this.socket.isPresent()
                ? new MessageHeader(piece, NativeCalls.found().orElseThrow())
                : null;
        piece.limit(0);
    }

    /** Puts the next datagram into {@code datagram}, which has room for the largest; returns where it is from, or null. */
    SocketAddress receive(ByteBuffer datagram) throws IOException {
        if (socket.isEmpty()) {
            return channel.receive(datagram);
        }
        if (!piece.hasRemaining() && !take()) {
            return null;
        }
        int length = Math.min(segmentLength, piece.remaining());
        datagram.put(datagram.position(), piece, piece.position(), length);
        datagram.position(datagram.position() + length);
        piece.position(piece.position() + length);
        return from;
    }

    /** Takes the next piece, if there is one. */
    private boolean take() throws IOException {
        int length;
        do {
            length = socket.orElseThrow().receive(header);
        } while (length >= 0 && header.isTruncated());
        if (length < 0) {
            return false;
        }
        piece.limit(length).position(0);
        int told = header.segmentLength();
        segmentLength = told > 0 ? told : length;
        from = header.from();
        return true;
    }
}

package dev.mimeo.internal;

import dev.mimeo.protocol.Outbound;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends datagrams over a channel. Those that the system refuses count as sent and lost.
 *
 * <p>The cost of a datagram is that of a walk through the network stack, but Linux takes many in one walk (UDP_SEGMENT, since
 * 4.18): up to 64 to one destination, of one length but for the last, which may be shorter, and no longer together than the
 * longest datagram. They are the same datagrams on the wire. Until then, though, and wherever a virtual network leaves them
 * together, a full queue loses all of them: so no more than {@value #MOST_SEGMENTS} are, half of what the parity of a block
 * usually repairs.
 *
 * <p>Where there is a native socket a datagram waits for others of its kind until {@link #flush}, or until one comes that cannot
 * go with it. Where datagrams leave alone but not together, because the route or the interface cannot do it, they leave alone
 * from then on. Confined to the protocol thread.
 */
final class DatagramSender {
    static final int MOST_SEGMENTS = 16;

    private static final Logger LOG = LoggerFactory.getLogger(DatagramSender.class);
    private static final int UDP_SEGMENT = 103;

    private final DatagramChannel channel;
    /** Empty if every datagram leaves alone. */
    private Optional<NativeSocket> socket;
    /** What waits, one behind the other. */
    private final ByteBuffer waiting = ByteBuffer.allocateDirect(Outbound.LARGEST_DATAGRAM);

    private SocketAddress destination;
    private int count;
    /** The length of those that wait, but for the last. */
    private int segmentLength;
    /** What the system cuts by, or 0. */
    private int cut;

    private boolean refusalLogged;

    DatagramSender(DatagramChannel channel, Optional<NativeSocket> socket) {
        this.channel = channel;
        this.socket = socket;
    }

    /** Sends a datagram, or keeps a copy until {@link #flush}; returns false if the system has no room now. */
    boolean send(ByteBuffer datagram, SocketAddress to) throws IOException {
        if (socket.isEmpty()) {
            return sendAlone(datagram, to);
        }
        if (!goesWithWaiting(datagram, to)) {
            if (!flush()) {
                return false;
            }
            if (datagram.remaining() > waiting.capacity()) {
                return sendAlone(datagram, to);
            }
            destination = to;
            segmentLength = datagram.remaining();
        }
        waiting.put(datagram);
        count++;
        return true;
    }

    private boolean goesWithWaiting(ByteBuffer datagram, SocketAddress to) {
        return count > 0
                && count < MOST_SEGMENTS
                && datagram.remaining() <= segmentLength
                && datagram.remaining() <= waiting.remaining()
                && waiting.position() == count * segmentLength
                && to.equals(destination);
    }

    /** Sends what waits; returns false if the system has no room now. */
    boolean flush() throws IOException {
        if (count == 0) {
            return true;
        }
        waiting.flip();
        boolean sent = count == 1 ? sendAlone(waiting, destination) : sendTogether();
        if (sent) {
            waiting.clear();
            count = 0;
        } else {
            waiting.position(waiting.limit()).limit(waiting.capacity());
        }
        return sent;
    }

    private boolean sendTogether() throws IOException {
        if (cut(segmentLength)) {
            try {
                return channel.send(waiting, destination) > 0;
            } catch (SocketException e) {
                LOG.debug("{} datagrams of {} bytes are refused", count, segmentLength, e);
            }
        }
        sendEach();
        return true;
    }

    /** Sends what waits one by one; what the system has no room for is lost. */
    private void sendEach() throws IOException {
        cut(0);
        int end = waiting.limit();
        boolean accepted = false;
        for (int from = 0; from < end; from += segmentLength) {
            waiting.limit(Math.min(end, from + segmentLength)).position(from);
            try {
                channel.send(waiting, destination);
                accepted = true;
            } catch (SocketException e) {
                refused(destination, e);
            }
        }
        if (accepted) {
            LOG.debug("Datagrams to {} leave one by one: the system does not take several at a time", destination);
            socket = Optional.empty();
        }
    }

    private boolean sendAlone(ByteBuffer datagram, SocketAddress to) throws IOException {
        if (datagram.remaining() > cut) {
            cut(0);
        }
        try {
            return channel.send(datagram, to) > 0;
        } catch (SocketException e) {
            refused(to, e);
            return true;
        }
    }

    /** Has the system cut what is longer than {@code length}, or nothing if that is 0; returns whether it does. */
    private boolean cut(int length) {
        if (cut != length && socket.isPresent() && socket.get().set(MessageHeader.SOL_UDP, UDP_SEGMENT, length)) {
            cut = length;
        }
        return cut == length;
    }

    private void refused(SocketAddress to, SocketException e) {
        if (!refusalLogged) {
            refusalLogged = true;
            LOG.warn(
                    "The system refuses datagrams to {}: {}. They count as lost; the transfer goes on. Further refusals are"
                            + " not logged.",
                    to,
                    e.getMessage());
        }
    }
}

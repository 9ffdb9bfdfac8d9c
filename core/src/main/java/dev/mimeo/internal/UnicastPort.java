package dev.mimeo.internal;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Optional;

/**
 * One of two ends of a session of unicast: a UDP socket, and the one address that it speaks with. To the machines these two are
 * the group: whatever is sent goes to the other, and whatever it says was said to all; what others send is dropped.
 */
final class UnicastPort implements MulticastPort {
    private static final int SEND_BUFFER = 1 << 20;

    private final DatagramChannel channel;
    private final InetSocketAddress peer;
    private final Optional<NativeSocket> socket;
    private final DatagramReceiver receiver;
    private final DatagramSender sender;
    private final PortSelector selector;

    /** Speaks with {@code peer} through a bound channel, and takes charge of that. */
    UnicastPort(DatagramChannel channel, InetSocketAddress peer) throws IOException {
        try (Opening opening = new Opening()) {
            this.channel = opening.add(channel);
            this.peer = peer;
            this.socket = NativeSocket.of(channel);
            ReceiveBuffer.enlarge(channel, socket);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
            this.selector = opening.add(new PortSelector());
            selector.add(channel);
            this.receiver = new DatagramReceiver(channel, socket);
            this.sender = new DatagramSender(channel, socket);
            opening.succeeded();
        }
    }

    /** Opens the end of a sender, at a port that is free. */
    static UnicastPort open(InetAddress local, InetSocketAddress peer, int dscp) throws IOException {
        try (Opening opening = new Opening()) {
            DatagramChannel channel = opening.add(channelFor(peer));
            Outlet.mark(channel, dscp);
            channel.bind(new InetSocketAddress(local, 0));
            UnicastPort port = new UnicastPort(channel, peer);
            opening.succeeded();
            return port;
        }
    }

    /** Opens a channel that can send to {@code peer}. */
    static DatagramChannel channelFor(InetSocketAddress peer) throws IOException {
        return DatagramChannel.open(DatagramPort.family(peer.getAddress()));
    }

    /** Returns the port of this end. */
    int number() throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    @Override
    public boolean receive(Inbound inbound) throws IOException {
        SocketAddress from = receiver.receive(inbound.clear());
        if (from == null) {
            return false;
        }
        inbound.received(Delivery.MULTICAST, from);
        if (!peer.equals(from)) {
            inbound.drop();
        }
        return true;
    }

    @Override
    public void heard(Inbound inbound) {
        // There is one who can be heard, and where it is was clear before.
    }

    @Override
    public boolean send(ByteBuffer datagram, NodeId destination) throws IOException {
        return sender.send(datagram, peer);
    }

    @Override
    public boolean flush() throws IOException {
        return sender.flush();
    }

    @Override
    public Optional<SocketAddress> addressOf(NodeId node) {
        return Optional.of(peer);
    }

    @Override
    public void await(long nanos) throws IOException {
        selector.await(nanos);
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public void close() {
        socket.ifPresent(NativeSocket::close);
        selector.close();
        Opening.closeQuietly(channel);
    }

    @Override
    public String toString() {
        return Knocking.text(peer);
    }
}

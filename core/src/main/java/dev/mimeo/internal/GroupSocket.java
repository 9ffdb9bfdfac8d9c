package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket that hears a group on one interface: bound to the port of the group, which it shares with others on this machine,
 * and a member. Of a group with a source it hears that machine alone. Confined to the protocol thread.
 *
 * <p>On Linux it is bound to the group's address, which keeps other traffic on the same port out; elsewhere that is not
 * possible.
 */
final class GroupSocket implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupSocket.class);

    private final MulticastGroup group;
    private final DatagramChannel channel;
    private final NetworkInterface networkInterface;
    private final Optional<NativeSocket> socket;
    private final DatagramReceiver receiver;
    private final Silence silence = new Silence();
    private MembershipKey membership;

    private GroupSocket(
            MulticastGroup group,
            DatagramChannel channel,
            NetworkInterface networkInterface,
            Optional<NativeSocket> socket,
            MembershipKey membership) {
        this.group = group;
        this.channel = channel;
        this.networkInterface = networkInterface;
        this.socket = socket;
        this.receiver = new DatagramReceiver(channel, socket);
        this.membership = membership;
    }

    /** Opens the socket and joins {@code group}; {@code selector} is told of what arrives. */
    static GroupSocket open(MulticastGroup group, NetworkInterface networkInterface, PortSelector selector)
            throws IOException {
        InetAddress address = DatagramPort.scoped(group.address(), networkInterface);
        try (Opening opening = new Opening()) {
            DatagramChannel channel = opening.add(DatagramChannel.open(DatagramPort.family(group)));
            Optional<NativeSocket> socket = NativeSocket.of(channel);
            ReceiveBuffer.enlarge(channel, socket);
            DatagramPort.bindShared(channel, new InetSocketAddress(address, group.port()));
            MembershipKey membership = join(group, channel, networkInterface);
            selector.add(channel);
            opening.succeeded();
            return new GroupSocket(group, channel, networkInterface, socket, membership);
        }
    }

    private static MembershipKey join(MulticastGroup group, DatagramChannel channel, NetworkInterface networkInterface)
            throws IOException {
        InetAddress address = DatagramPort.scoped(group.address(), networkInterface);
        return group.source().isPresent()
                ? channel.join(address, networkInterface, group.source().get())
                : channel.join(address, networkInterface);
    }

    /** Puts the next datagram into {@code datagram}; returns where it is from, or null if there is none. */
    SocketAddress receive(ByteBuffer datagram) throws IOException {
        SocketAddress from = receiver.receive(datagram);
        if (from != null) {
            silence.onHeard();
        }
        return from;
    }

    /**
     * Leaves the group and joins it if nothing was heard for too long, so that its switch hears a new report; if that fails it is
     * tried again in time.
     */
    void joinAgainIfSilent(long nowNanos) throws IOException {
        if (!silence.isTooLong(nowNanos)) {
            return;
        }
        membership.drop();
        try {
            membership = join(group, channel, networkInterface);
            LOG.debug("Nothing is heard of group {}: joined it again", group);
        } catch (SocketException e) {
            LOG.debug("Nothing is heard of group {}, and it cannot be joined again: {}", group, Reason.of(e));
        }
    }

    @Override
    public void close() {
        socket.ifPresent(NativeSocket::close);
        Opening.closeQuietly(channel);
    }
}

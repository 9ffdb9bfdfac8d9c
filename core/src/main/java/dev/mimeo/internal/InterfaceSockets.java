package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.protocol.Delivery;
import java.io.Closeable;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Optional;

/**
 * The sockets of a port on one interface. The {@linkplain GroupSocket group socket} hears what was multicast. The own socket
 * has a port to itself: everything leaves from it, so that what it hears was sent to us alone. Who sends to a source-specific
 * group is no member, and has no group socket: nobody answers there. Confined to the protocol thread.
 */
final class InterfaceSockets implements Closeable {
    private static final int SEND_BUFFER = 1 << 20;
    /** Every sixteenth call. */
    private static final int OWN_FIRST_MASK = 15;

    private final int index;
    private final InetSocketAddress groupAddress;
    private final Optional<GroupSocket> groupSocket;
    private final DatagramChannel ownChannel;
    private final Optional<NativeSocket> ownSocket;
    private final DatagramReceiver ownReceiver;
    private final DatagramSender sender;

    private int receiveCalls;
    /** Whether a datagram to the group that others have sent already waits for room here. */
    private boolean lags;

    private InterfaceSockets(
            int index,
            InetSocketAddress groupAddress,
            Optional<GroupSocket> groupSocket,
            DatagramChannel ownChannel,
            Optional<NativeSocket> ownSocket) {
        this.index = index;
        this.groupAddress = groupAddress;
        this.groupSocket = groupSocket;
        this.ownChannel = ownChannel;
        this.ownSocket = ownSocket;
        // What is sent to one node alone is little, and of many kinds.
        this.ownReceiver = new DatagramReceiver(ownChannel, Optional.empty());
        this.sender = new DatagramSender(ownChannel, ownSocket);
    }

    /**
     * Opens the sockets on the interface that {@code facts} describe, and joins {@code group} unless it is source-specific and
     * without a source, which only a sender's may be.
     *
     * @param index the place of the interface among those of the port
     * @param selector is told of what arrives
     */
    static InterfaceSockets open(
            int index, MulticastGroup group, InterfaceFacts facts, Outlet outlet, PortSelector selector)
            throws IOException {
        NetworkInterface networkInterface = NetworkInterface.getByName(facts.name());
        if (networkInterface == null) {
            throw new IOException(
                    "Cannot open group " + group + ": network interface " + facts.name() + " has vanished");
        }
        checkStays(group, facts, outlet);
        checkRoute(group, facts, networkInterface);
        boolean joins = DatagramPort.joins(group);
        try (Opening opening = new Opening()) {
            Optional<GroupSocket> groupSocket = joins
                    ? Optional.of(opening.add(GroupSocket.open(group, networkInterface, selector)))
                    : Optional.empty();
            DatagramChannel ownChannel = opening.add(DatagramChannel.open(DatagramPort.family(group)));
            Optional<NativeSocket> ownSocket = NativeSocket.of(ownChannel);
            ReceiveBuffer.enlarge(ownChannel, ownSocket);
            ownChannel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
            ownChannel.setOption(StandardSocketOptions.IP_MULTICAST_IF, networkInterface);
            ownChannel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, outlet.timeToLive());
            ownChannel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, outlet.includesThisMachine());
            Outlet.mark(ownChannel, outlet.dscp());
            ownChannel.bind(new InetSocketAddress(facts.addressLike(group.address()), 0));
            selector.add(ownChannel);
            opening.succeeded();
            InetSocketAddress groupAddress =
                    new InetSocketAddress(DatagramPort.scoped(group.address(), networkInterface), group.port());
            return new InterfaceSockets(index, groupAddress, groupSocket, ownChannel, ownSocket);
        } catch (SocketException | UnsupportedOperationException e) {
            throw new IOException(
                    "Cannot " + (joins ? "join" : "send to") + " group " + group + " on network interface " + facts
                            + ": " + e.getMessage(),
                    e);
        }
    }

    /** What has a hop limit of 0 leaves Linux all the same, where nobody on this machine is a member. */
    private static void checkStays(MulticastGroup group, InterfaceFacts facts, Outlet outlet) throws IOException {
        if (outlet.timeToLive() == 0 && group.address() instanceof Inet6Address && !facts.isLoopback()) {
            throw new NetworkRefusal(
                    "Cannot open group " + group
                            + ": over IPv6 a time to live of 0 does not keep datagrams on this machine"
                            + " that go to network interface " + facts.name() + ".",
                    " What to do: ",
                    "name the loopback interface, or choose a time to live of 1 to reach the link.",
                    null);
        }
    }

    /** Linux has no route for multicast of IPv6 on its loopback interface. Connecting sends nothing, but looks for one. */
    private static void checkRoute(MulticastGroup group, InterfaceFacts facts, NetworkInterface networkInterface)
            throws IOException {
        if (!facts.isLoopback() || !(group.address() instanceof Inet6Address)) {
            return;
        }
        try (DatagramChannel channel = DatagramChannel.open(DatagramPort.family(group))) {
            channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, networkInterface);
            channel.connect(
                    new InetSocketAddress(DatagramPort.scoped(group.address(), networkInterface), group.port()));
        } catch (SocketException e) {
            throw new NetworkRefusal(
                    "Cannot open group " + group + ": network interface " + facts.name()
                            + " does not carry multicast of IPv6: " + e.getMessage() + ".",
                    " What to do: ",
                    "on Linux, ip -6 route add local ff00::/8 dev " + facts.name()
                            + " table local; or choose a group of IPv4, or another interface.",
                    e);
        }
    }

    /** Takes the next datagram, if there is one. The group comes first: there the image is. It must not silence the own socket. */
    boolean receive(Inbound inbound) throws IOException {
        if ((++receiveCalls & OWN_FIRST_MASK) == 0 && receiveOwn(inbound)) {
            return true;
        }
        if (groupSocket.isPresent()) {
            SocketAddress from = groupSocket.get().receive(inbound.clear());
            if (from != null) {
                inbound.receivedBy(index, Delivery.MULTICAST, from);
                return true;
            }
        }
        return receiveOwn(inbound);
    }

    private boolean receiveOwn(Inbound inbound) throws IOException {
        SocketAddress from = ownReceiver.receive(inbound.clear());
        if (from != null) {
            inbound.receivedBy(index, Delivery.UNICAST, from);
        }
        return from != null;
    }

    /** Sends a datagram to the group, as {@link MulticastPort#send} does; notes if there was no room. */
    boolean sendToGroup(ByteBuffer datagram) throws IOException {
        lags = !sender.send(datagram, groupAddress);
        return !lags;
    }

    /** Returns whether there was no room when a datagram was to leave to the group. */
    boolean lags() {
        return lags;
    }

    /** Sends a datagram to one machine, as {@link MulticastPort#send} does. */
    boolean send(ByteBuffer datagram, SocketAddress to) throws IOException {
        return sender.send(datagram, to);
    }

    /** As {@link MulticastPort#flush}. */
    boolean flush() throws IOException {
        return sender.flush();
    }

    /** See {@link GroupSocket#joinAgainIfSilent}. */
    void joinAgainIfSilent(long nowNanos) throws IOException {
        if (groupSocket.isPresent()) {
            groupSocket.get().joinAgainIfSilent(nowNanos);
        }
    }

    @Override
    public void close() {
        groupSocket.ifPresent(GroupSocket::close);
        ownSocket.ifPresent(NativeSocket::close);
        Opening.closeQuietly(ownChannel);
    }
}

package dev.mimeo.internal;

import dev.mimeo.DroppedDatagrams;
import dev.mimeo.MulticastGroup;
import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.NodeId;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port over two UDP sockets. The group socket is bound to the port of the group, shares it with others on this machine,
 * and is a member: what it hears was multicast. The own socket has a port to itself: everything leaves from it, so that
 * what it hears was sent to us alone.
 *
 * <p>On Linux the group socket is bound to the group's address, which keeps other traffic on the same port out; elsewhere
 * that is not possible.
 */
final class DatagramPort implements MulticastPort {
    private static final Logger LOG = LoggerFactory.getLogger(DatagramPort.class);

    private static final int SEND_BUFFER = 1 << 20;
    /** Below, systems let not everybody listen. */
    private static final int FIRST_FREE_PORT = 1_024;

    /** Selectors count in milliseconds; less is parked. */
    private static final long SELECTABLE_NANOS = 1_000_000;
    /**
     * How long the first datagram after a pause waits for company: waking costs more than receiving, and a fifth of a
     * millisecond holds far less than a receive buffer at any rate that one machine can take.
     */
    private static final long COMPANY_NANOS = 200_000;

    /** Every sixteenth call. */
    private static final int OWN_FIRST_MASK = 15;

    private final InetSocketAddress groupAddress;
    private final DatagramChannel groupChannel;
    private final DatagramChannel ownChannel;
    private final Selector selector;
    private final Optional<NativeSocket> groupSocket;
    private final Optional<NativeSocket> ownSocket;
    private final DatagramReceiver groupReceiver;
    private final DatagramReceiver ownReceiver;
    private final DatagramSender sender;
    private final NodeAddresses nodes = new NodeAddresses();
    private final SessionClock clock = new SessionClock();
    private final Silence silence = new Silence();
    private MembershipKey membership;
    /** By others, who are members still. */
    private final long droppedBefore;

    private volatile Thread waiting;
    private volatile boolean awake;
    private int receiveCalls;

    private DatagramPort(
            InetSocketAddress groupAddress,
            DatagramChannel groupChannel,
            MembershipKey membership,
            DatagramChannel ownChannel,
            Selector selector,
            Optional<NativeSocket> groupSocket,
            Optional<NativeSocket> ownSocket) {
        this.groupAddress = groupAddress;
        this.groupChannel = groupChannel;
        this.membership = membership;
        this.droppedBefore = SocketDrops.of(groupAddress);
        this.ownChannel = ownChannel;
        this.selector = selector;
        this.groupSocket = groupSocket;
        this.ownSocket = ownSocket;
        this.groupReceiver = new DatagramReceiver(groupChannel, groupSocket);
        // What is sent to one node alone is little, and of many kinds.
        this.ownReceiver = new DatagramReceiver(ownChannel, Optional.empty());
        this.sender = new DatagramSender(ownChannel, ownSocket);
    }

    /**
     * Opens both sockets and joins {@code group} on the interface that {@code facts} describe.
     *
     * @param includesThisMachine whether members on this machine, this one included, hear what is sent
     */
    static DatagramPort open(MulticastGroup group, InterfaceFacts facts, int timeToLive, boolean includesThisMachine)
            throws IOException {
        NetworkInterface networkInterface = NetworkInterface.getByName(facts.name());
        if (networkInterface == null) {
            throw new IOException(
                    "Cannot open group " + group + ": network interface " + facts.name() + " has vanished");
        }
        InetAddress address = scoped(group.address(), networkInterface);
        InetSocketAddress groupAddress = new InetSocketAddress(address, group.port());
        ProtocolFamily family = family(group);
        try (Opening opening = new Opening()) {
            DatagramChannel groupChannel = opening.add(DatagramChannel.open(family));
            Optional<NativeSocket> groupSocket = NativeSocket.of(groupChannel);
            ReceiveBuffer.enlarge(groupChannel, groupSocket);
            bindShared(groupChannel, groupAddress);
            MembershipKey membership = groupChannel.join(address, networkInterface);

            DatagramChannel ownChannel = opening.add(DatagramChannel.open(family));
            Optional<NativeSocket> ownSocket = NativeSocket.of(ownChannel);
            ReceiveBuffer.enlarge(ownChannel, ownSocket);
            ownChannel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
            ownChannel.setOption(StandardSocketOptions.IP_MULTICAST_IF, networkInterface);
            ownChannel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, timeToLive);
            ownChannel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, includesThisMachine);
            ownChannel.bind(new InetSocketAddress(facts.addressLike(address), 0));

            Selector selector = opening.add(Selector.open());
            groupChannel.configureBlocking(false);
            groupChannel.register(selector, SelectionKey.OP_READ);
            ownChannel.configureBlocking(false);
            ownChannel.register(selector, SelectionKey.OP_READ);
            opening.succeeded();
            return new DatagramPort(
                    groupAddress, groupChannel, membership, ownChannel, selector, groupSocket, ownSocket);
        } catch (SocketException | UnsupportedOperationException e) {
            throw new IOException(
                    "Cannot join group " + group + " on network interface " + facts + ": " + e.getMessage(), e);
        }
    }

    /** Returns the protocol family that sockets for a group want. */
    static ProtocolFamily family(MulticastGroup group) {
        return group.address() instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    /** Binds to the port of a group, which others on this machine may be bound to as well. */
    static void bindShared(DatagramChannel channel, InetSocketAddress group) throws IOException {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        boolean isLinux = System.getProperty("os.name", "").startsWith("Linux");
        try {
            channel.bind(isLinux ? group : new InetSocketAddress(group.getPort()));
        } catch (BindException e) {
            String remedy = group.getPort() < FIRST_FREE_PORT
                    ? "Ports below " + FIRST_FREE_PORT + " may want rights of their own: choose one above."
                    : "Another program holds it and does not share it: stop that program, or choose another port.";
            throw new NetworkRefusal(
                    "Cannot open UDP port " + group.getPort() + ": " + e.getMessage() + ".", " ", remedy, e);
        }
    }

    /** Returns the address of a group on an interface: a link-local one of IPv6 means nothing without its link. */
    static InetAddress scoped(InetAddress group, NetworkInterface networkInterface) throws IOException {
        return group instanceof Inet6Address
                ? Inet6Address.getByAddress(null, group.getAddress(), networkInterface.getIndex())
                : group;
    }

    @Override
    public boolean receive(Inbound inbound) throws IOException {
        // The group first: that is where the image comes from. Its flood must not silence the own socket, though.
        if ((++receiveCalls & OWN_FIRST_MASK) == 0 && receive(ownReceiver, Delivery.UNICAST, inbound)) {
            return true;
        }
        if (receive(groupReceiver, Delivery.MULTICAST, inbound)) {
            silence.onHeard();
            return true;
        }
        return receive(ownReceiver, Delivery.UNICAST, inbound);
    }

    private boolean receive(DatagramReceiver receiver, Delivery delivery, Inbound inbound) throws IOException {
        SocketAddress from = receiver.receive(inbound.clear());
        if (from == null) {
            return false;
        }
        inbound.received(delivery, from);
        return true;
    }

    @Override
    public void heard(Inbound inbound) {
        nodes.heard(inbound.datagram(), inbound.source());
    }

    @Override
    public boolean send(ByteBuffer datagram, NodeId destination) throws IOException {
        SocketAddress to = groupAddress;
        if (!destination.equals(NodeId.ANY)) {
            Optional<SocketAddress> known = nodes.of(destination);
            if (known.isEmpty()) {
                return true;
            }
            to = known.get();
        }
        return sender.send(datagram, to);
    }

    @Override
    public boolean flush() throws IOException {
        return sender.flush();
    }

    @Override
    public Optional<SocketAddress> addressOf(NodeId node) {
        return nodes.of(node);
    }

    @Override
    public DroppedDatagrams dropped() {
        return new DroppedDatagrams(0, 0, 0, 0, 0, SocketDrops.of(groupAddress) - droppedBefore);
    }

    @Override
    public void await(long nanos) throws IOException {
        if (nanos <= 0) {
            return;
        }
        if (silence.isTooLong(clock.nanos())) {
            joinAgain();
        }
        if (nanos >= SELECTABLE_NANOS) {
            if (selector.select(key -> {}, nanos / SELECTABLE_NANOS) > 0) {
                park(COMPANY_NANOS);
            }
        } else {
            park(nanos);
        }
        awake = false;
    }

    /** Leaves the group and joins it, so that its switch hears a new report; if that fails it is tried again in time. */
    private void joinAgain() throws IOException {
        membership.drop();
        try {
            membership = groupChannel.join(membership.group(), membership.networkInterface());
            LOG.debug("Nothing is heard of group {}: joined it again", groupAddress);
        } catch (SocketException e) {
            LOG.debug("Nothing is heard of group {}, and it cannot be joined again: {}", groupAddress, Reason.of(e));
        }
    }

    private void park(long nanos) {
        waiting = Thread.currentThread();
        if (!awake) {
            LockSupport.parkNanos(this, nanos);
        }
        waiting = null;
    }

    @Override
    public void wakeup() {
        awake = true;
        selector.wakeup();
        Thread parked = waiting;
        if (parked != null) {
            LockSupport.unpark(parked);
        }
    }

    @Override
    public void close() {
        groupSocket.ifPresent(NativeSocket::close);
        ownSocket.ifPresent(NativeSocket::close);
        Opening.closeQuietly(selector);
        Opening.closeQuietly(groupChannel);
        Opening.closeQuietly(ownChannel);
    }
}

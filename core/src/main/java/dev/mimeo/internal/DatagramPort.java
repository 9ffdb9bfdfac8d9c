package dev.mimeo.internal;

import dev.mimeo.DroppedDatagrams;
import dev.mimeo.MulticastGroup;
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
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A port over UDP sockets, two on each of its interfaces. What is for the group leaves on all of them, as fast as each of them
 * takes it; what is for one node, on that where it was heard last. An interface that goes down loses what it was to carry, and
 * holds up nobody; one that is full does.
 */
final class DatagramPort implements MulticastPort {
    /** Below, systems let not everybody listen. */
    private static final int FIRST_FREE_PORT = 1_024;

    private final MulticastGroup group;
    private final List<InterfaceSockets> interfaces;
    private final PortSelector selector;
    private final NodeAddresses nodes = new NodeAddresses();
    private final SessionClock clock = new SessionClock();
    /** By others, who are members still. */
    private final long droppedBefore;

    /** The place of the interface that is looked at first. */
    private int first;
    /** Whether a datagram to the group has left on some interfaces, and waits for room on others. */
    private boolean partlySent;

    private DatagramPort(MulticastGroup group, List<InterfaceSockets> interfaces, PortSelector selector) {
        this.group = group;
        this.interfaces = interfaces;
        this.selector = selector;
        this.droppedBefore = overrun();
    }

    /**
     * Opens sockets and joins {@code group} on the interfaces that {@code facts} describe, one at least. A source-specific group
     * without a source is only sent to.
     */
    static DatagramPort open(MulticastGroup group, List<InterfaceFacts> facts, Outlet outlet) throws IOException {
        try (Opening opening = new Opening()) {
            PortSelector selector = opening.add(new PortSelector());
            List<InterfaceSockets> interfaces = new ArrayList<>();
            for (InterfaceFacts each : facts) {
                interfaces.add(opening.add(InterfaceSockets.open(interfaces.size(), group, each, outlet, selector)));
            }
            opening.succeeded();
            return new DatagramPort(group, List.copyOf(interfaces), selector);
        }
    }

    /** Returns whether a port becomes a member: nobody but its sources sends to a source-specific group. */
    static boolean joins(MulticastGroup group) {
        return group.source().isPresent() || !group.isSourceSpecific();
    }

    /** Returns the protocol family that sockets for a group want. */
    static ProtocolFamily family(MulticastGroup group) {
        return family(group.address());
    }

    /** Returns the protocol family that sockets for an address want. */
    static ProtocolFamily family(InetAddress address) {
        return address instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
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
        int count = interfaces.size();
        for (int i = 0; i < count; i++) {
            first = first + 1 < count ? first + 1 : 0;
            if (interfaces.get(first).receive(inbound)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void heard(Inbound inbound) {
        nodes.heard(inbound.datagram(), inbound.source(), inbound.via());
    }

    @Override
    public boolean send(ByteBuffer datagram, NodeId destination) throws IOException {
        if (destination.equals(NodeId.ANY)) {
            return sendToGroup(datagram);
        }
        Optional<NodeAddresses.Place> known = nodes.of(destination);
        return known.isEmpty()
                || interfaces.get(known.get().via()).send(datagram, known.get().address());
    }

    /** What has left on some interfaces only comes again, maybe sealed anew, and then leaves on the others. */
    private boolean sendToGroup(ByteBuffer datagram) throws IOException {
        int start = datagram.position();
        boolean sent = true;
        for (InterfaceSockets each : interfaces) {
            if (!partlySent || each.lags()) {
                sent &= each.sendToGroup(datagram.position(start));
            }
        }
        partlySent = !sent;
        if (!sent) {
            datagram.position(start);
        }
        return sent;
    }

    @Override
    public boolean flush() throws IOException {
        boolean flushed = true;
        for (InterfaceSockets each : interfaces) {
            flushed &= each.flush();
        }
        return flushed;
    }

    @Override
    public Optional<SocketAddress> addressOf(NodeId node) {
        return nodes.of(node).map(NodeAddresses.Place::address);
    }

    @Override
    public DroppedDatagrams dropped() {
        return new DroppedDatagrams(0, 0, 0, 0, 0, overrun() - droppedBefore);
    }

    /** Returns what the system has dropped by now that came from the group, to every member on this machine. */
    private long overrun() {
        return joins(group) ? SocketDrops.of(new InetSocketAddress(group.address(), group.port())) : 0;
    }

    @Override
    public void await(long nanos) throws IOException {
        if (nanos <= 0) {
            return;
        }
        long now = clock.nanos();
        for (InterfaceSockets each : interfaces) {
            each.joinAgainIfSilent(now);
        }
        selector.await(nanos);
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public void close() {
        selector.close();
        interfaces.forEach(InterfaceSockets::close);
    }
}

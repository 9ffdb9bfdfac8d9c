package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * The sockets by which one machine probes or responds, as a {@link DatagramPort} has them: one that is a member of the group,
 * and one with a port to itself. More may be added. Confined to one thread, but for {@link #close}.
 */
final class ProbeSocket implements Closeable {
    private final MulticastGroup group;
    private final NetworkInterface networkInterface;
    private final InetAddress own;
    private final InetSocketAddress groupAddress;
    private final Opening opening;
    private final Selector selector;
    private final DatagramChannel groupChannel;
    private final DatagramChannel ownChannel;
    private MembershipKey membership;

    /** Opens the sockets; joins the group. */
    ProbeSocket(MulticastGroup group, InterfaceFacts facts, int timeToLive) throws IOException {
        this.group = group;
        networkInterface = NetworkInterface.getByName(facts.name());
        if (networkInterface == null) {
            throw new IOException("Network interface " + facts.name() + " has vanished");
        }
        own = facts.addressLike(group.address());
        groupAddress = new InetSocketAddress(DatagramPort.scoped(group.address(), networkInterface), group.port());
        opening = new Opening();
        boolean isOpen = false;
        try {
            selector = opening.add(Selector.open());
            groupChannel = add();
            DatagramPort.bindShared(groupChannel, groupAddress);
            membership = groupChannel.join(groupAddress.getAddress(), networkInterface);
            ownChannel = add();
            ownChannel.setOption(StandardSocketOptions.IP_MULTICAST_IF, networkInterface);
            ownChannel.bind(new InetSocketAddress(own, 0));
            timeToLive(timeToLive);
            isOpen = true;
        } finally {
            if (!isOpen) {
                opening.close();
            }
        }
    }

    private DatagramChannel add() throws IOException {
        DatagramChannel channel = opening.add(DatagramChannel.open(DatagramPort.family(group)));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
        return channel;
    }

    /** Adds a socket that hears what is sent to the port of the group on this machine's own address. */
    DatagramChannel addAtPort() throws IOException {
        DatagramChannel channel = add();
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(new InetSocketAddress(own, group.port()));
        return channel;
    }

    /** Adds a socket for one machine's port of the group alone, which hears that nobody listens there. */
    DatagramChannel addTo(InetAddress machine) throws IOException {
        DatagramChannel channel = add();
        channel.bind(new InetSocketAddress(own, 0));
        channel.connect(new InetSocketAddress(machine, group.port()));
        return channel;
    }

    /** Has what is sent to the group cross so many routers, less one. */
    void timeToLive(int timeToLive) throws IOException {
        ownChannel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, timeToLive);
    }

    /** Leaves the group, and joins it: the network is told anew. */
    void rejoin() throws IOException {
        membership.drop();
        membership = groupChannel.join(groupAddress.getAddress(), networkInterface);
    }

    InetSocketAddress groupAddress() {
        return groupAddress;
    }

    DatagramChannel groupChannel() {
        return groupChannel;
    }

    DatagramChannel ownChannel() {
        return ownChannel;
    }

    /** Waits until something has come, or for so long. */
    void await(long nanos) throws IOException {
        selector.select(key -> {}, Math.max(1, nanos / 1_000_000));
    }

    /** Ends the present or the next {@link #await}. */
    void wakeup() {
        selector.wakeup();
    }

    @Override
    public void close() {
        opening.close();
    }
}

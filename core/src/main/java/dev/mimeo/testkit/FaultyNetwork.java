package dev.mimeo.testkit;

import dev.mimeo.MulticastGroup;
import dev.mimeo.internal.SessionClock;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bad network on the loopback interface, for one sender and some receivers, each of which has a seat. The sender speaks to
 * one group, every seat hears a group of its own, and the network stands between them, as a switch would:
 *
 * <pre>
 *   sender ──▶ its group ──▶ entrance ─┬─ link to seat 0 ──▶ voice of seat 0 ──▶ group of seat 0 ──▶ receiver 0
 *      ▲                               └─ link to seat 1 ──▶ voice of seat 1 ──▶ group of seat 1 ──▶ receiver 1
 *      │                                                                             │
 *      └──────────── voices, towards the sender and other seats ◀── link from seat 1 ◀── ear of seat 1
 * </pre>
 *
 * <p>A receiver takes the voice of its seat for the sender. What it answers to that address goes to the sender alone; what it
 * says to its group goes to the sender and, over their links, to every other seat. Nothing but {@link Link#corrupt} and
 * {@link Link#truncate} touches the content of a datagram.
 *
 * <p>The tool that is tested is given {@link #networkInterface}, a time to live of 0, and {@link #senderGroup} or
 * {@link #seatGroup}. It runs in this process or in others on this machine; nothing leaves the machine. IPv4 only.
 *
 * <p>What happens to the n-th datagram of a link depends on the seed; which datagram that is, on threads and disks: a failed
 * run is tried again with the same seed, and not repeated step by step. Tests say so by {@link #toString}.
 *
 * <p>One daemon thread. At most {@value #MOST_ON_THE_WAY} datagrams are delayed at a time; further ones are lost, and count
 * as lost.
 */
public final class FaultyNetwork implements Closeable {
    /** Most seats of a network. */
    public static final int MOST_SEATS = 50;
    /** Most datagrams that are delayed at a time. */
    public static final int MOST_ON_THE_WAY = 16_384;

    private static final Logger LOG = LoggerFactory.getLogger(FaultyNetwork.class);
    private static final int BUFFER_BYTES = 4 << 20;
    private static final int LONGEST_DATAGRAM = 65_535;
    private static final int MOST_AT_ONCE = 64;
    private static final long NANOS_IN_A_MILLISECOND = 1_000_000;

    private final long seed;
    private final NetworkInterface loopback = loopback();
    private final Selector selector = Selector.open();
    private final List<DatagramChannel> channels = new ArrayList<>();
    private final List<Seat> seats = new ArrayList<>();
    private final Set<Integer> ports = new HashSet<>();
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(LONGEST_DATAGRAM);
    private final PriorityQueue<Delayed> delayed =
            new PriorityQueue<>(Comparator.comparingLong(Delayed::dueNanos).thenComparingLong(Delayed::number));
    private final SessionClock clock = new SessionClock();
    private final Thread thread = new Thread(this::run, "faulty-network");
    private MulticastGroup senderGroup;
    private SocketAddress sender;
    private long delayedCount;

    private FaultyNetwork(long seed) throws IOException {
        this.seed = seed;
        thread.setDaemon(true);
    }

    /**
     * Opens a network without faults, on groups and ports that are free.
     *
     * @param seatCount how many receivers it has room for, 1 to {@value #MOST_SEATS}
     * @param seed decides what its links do
     * @throws IOException if there is no loopback interface that is up, or it knows no multicast
     */
    public static FaultyNetwork open(int seatCount, long seed) throws IOException {
        if (seatCount < 1 || seatCount > MOST_SEATS) {
            throw new IllegalArgumentException(seatCount + " seats; there can be 1 to " + MOST_SEATS);
        }
        FaultyNetwork network = new FaultyNetwork(seed);
        try {
            network.furnish(seatCount);
        } catch (IOException | RuntimeException e) {
            network.closeChannels();
            throw e;
        }
        network.thread.start();
        return network;
    }

    /** Returns the name of the interface that sender and receivers use. */
    public String networkInterface() {
        return loopback.getName();
    }

    /** Returns the group that the sender sends to. */
    public MulticastGroup senderGroup() {
        return senderGroup;
    }

    /** Returns the group that the receiver of a seat, from 0, receives from. */
    public MulticastGroup seatGroup(int seat) {
        return seats.get(seat).group;
    }

    /** Returns the way to a seat, from 0: what the sender and other seats say passes it. */
    public Link to(int seat) {
        return seats.get(seat).to;
    }

    /** Returns the way from a seat, from 0: what its receiver says passes it, before anybody hears it. */
    public Link from(int seat) {
        return seats.get(seat).from;
    }

    /** Changes settings of the ways to and from every seat. */
    public FaultyNetwork everyLink(Consumer<Link> setting) {
        for (Seat seat : seats) {
            setting.accept(seat.to);
            setting.accept(seat.from);
        }
        return this;
    }

    /** Returns how many datagrams came to all links. */
    public long offered() {
        return seats.stream()
                .mapToLong(seat -> seat.to.offered() + seat.from.offered())
                .sum();
    }

    /** Returns how many of them were lost. */
    public long lost() {
        return seats.stream()
                .mapToLong(seat -> seat.to.lost() + seat.from.lost())
                .sum();
    }

    /** Says which seed it has, and what it did. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("faulty network with seed ").append(seed);
        for (int i = 0; i < seats.size(); i++) {
            text.append("; to seat ").append(i).append(": ").append(seats.get(i).to);
            text.append("; from seat ").append(i).append(": ").append(seats.get(i).from);
        }
        return text.toString();
    }

    /** Ends it: nothing passes any more. Twice is harmless. */
    @Override
    public void close() throws IOException {
        selector.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeChannels();
    }

    private static NetworkInterface loopback() throws IOException {
        for (NetworkInterface candidate : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (candidate.isLoopback() && candidate.isUp()) {
                return candidate;
            }
        }
        throw new IOException("this machine has no loopback interface that is up; on Linux: ip link set lo up");
    }

    private void furnish(int seatCount) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        senderGroup = freeGroup();
        listen(ear(senderGroup), this::fromSender);
        for (int i = 0; i < seatCount; i++) {
            DatagramChannel voice = voice();
            MulticastGroup group = freeGroup();
            Seat seat = new Seat(
                    group,
                    new InetSocketAddress(group.address(), group.port()),
                    voice,
                    voice.getLocalAddress(),
                    new Link(random.split()),
                    new Link(random.split()));
            seats.add(seat);
            listen(voice, source -> seat.from.carry(datagram, (out, after) -> toSender(seat, out, after)));
            listen(ear(seat.group), source -> fromSeat(seat, source));
        }
    }

    /** Returns a group that nobody else is likely to use: networks of several processes do not meet. */
    private MulticastGroup freeGroup() throws IOException {
        while (true) {
            try (DatagramChannel probe = DatagramChannel.open(StandardProtocolFamily.INET)) {
                probe.bind(new InetSocketAddress(0));
                int port = ((InetSocketAddress) probe.getLocalAddress()).getPort();
                if (ports.add(port)) {
                    String address = "239.255." + port / 256 + "." + (1 + port % 254);
                    return MulticastGroup.of(address, port);
                }
            }
        }
    }

    /** Opens a channel to speak to a seat with. */
    private DatagramChannel voice() throws IOException {
        DatagramChannel voice = channel();
        try {
            voice.bind(new InetSocketAddress(voices(), 0));
        } catch (BindException e) { // Only Linux has more than one loopback address without being told.
            voice.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
        }
        voice.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback);
        voice.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 0);
        return voice;
    }

    /** Opens a channel that hears a group. */
    private DatagramChannel ear(MulticastGroup group) throws IOException {
        DatagramChannel ear = channel();
        ear.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        try {
            ear.bind(new InetSocketAddress(group.address(), group.port()));
        } catch (SocketException e) { // Windows binds to addresses of its own only.
            ear.bind(new InetSocketAddress(group.port()));
        }
        MembershipKey membership = ear.join(group.address(), loopback);
        try { // It would hear our own voices too; spares half of the work.
            membership.block(voices());
        } catch (IOException | UnsupportedOperationException e) {
            // Then it does, and ignores them.
        }
        return ear;
    }

    private static InetAddress voices() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
    }

    private DatagramChannel channel() throws IOException {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        channels.add(channel);
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
        return channel;
    }

    private void listen(DatagramChannel channel, Route route) throws IOException {
        channel.register(selector, SelectionKey.OP_READ, route);
    }

    private void run() {
        try {
            while (true) {
                await();
                for (SelectionKey key : selector.selectedKeys()) {
                    forward((DatagramChannel) key.channel(), (Route) key.attachment());
                }
                selector.selectedKeys().clear();
                sendDue();
            }
        } catch (ClosedSelectorException e) {
            // The end.
        } catch (IOException e) {
            LOG.error("The faulty network is closed: {}", e.toString());
        }
    }

    private void await() throws IOException {
        if (delayed.isEmpty()) {
            selector.select();
            return;
        }
        long nanos = delayed.peek().dueNanos - clock.nanos();
        if (nanos <= 0) {
            selector.selectNow();
        } else {
            selector.select((nanos + NANOS_IN_A_MILLISECOND - 1) / NANOS_IN_A_MILLISECOND);
        }
    }

    private void forward(DatagramChannel channel, Route route) throws IOException {
        for (int i = 0; i < MOST_AT_ONCE; i++) {
            datagram.clear();
            SocketAddress source = channel.receive(datagram);
            if (source == null) {
                return;
            }
            datagram.flip();
            route.pass(source);
        }
    }

    private void fromSender(SocketAddress source) throws IOException {
        sender = source;
        for (Seat seat : seats) {
            toSeat(seat, datagram, 0);
        }
    }

    private void toSeat(Seat seat, ByteBuffer what, long afterNanos) throws IOException {
        seat.to.carry(what, (out, more) -> send(seat.to, seat.voice, out, seat.address, afterNanos + more));
    }

    private void fromSeat(Seat seat, SocketAddress source) throws IOException {
        if (source.equals(seat.voiceAddress)) {
            return;
        }
        seat.from.carry(datagram, (out, after) -> {
            toSender(seat, out, after);
            for (Seat other : seats) {
                if (other != seat) {
                    toSeat(other, out, after);
                }
            }
        });
    }

    private void toSender(Seat seat, ByteBuffer what, long afterNanos) throws IOException {
        if (sender != null) {
            send(seat.from, seat.voice, what, sender, afterNanos);
        }
    }

    private void send(Link link, DatagramChannel voice, ByteBuffer what, SocketAddress destination, long afterNanos)
            throws IOException {
        if (afterNanos == 0) {
            voice.send(what.duplicate(), destination);
        } else if (delayed.size() < MOST_ON_THE_WAY) {
            ByteBuffer copy =
                    ByteBuffer.allocate(what.remaining()).put(what.duplicate()).flip();
            delayed.add(new Delayed(clock.nanos() + afterNanos, delayedCount++, voice, copy, destination));
        } else {
            link.lose();
        }
    }

    private void sendDue() throws IOException {
        while (!delayed.isEmpty() && delayed.peek().dueNanos <= clock.nanos()) {
            Delayed due = delayed.remove();
            due.voice.send(due.datagram, due.destination);
        }
    }

    private void closeChannels() throws IOException {
        selector.close();
        for (DatagramChannel channel : channels) {
            channel.close();
        }
    }

    /** Where what a channel hears goes; the datagram is in the buffer. */
    private interface Route {
        void pass(SocketAddress source) throws IOException;
    }

    /** The voice of a seat is the channel that speaks to it. */
    private record Seat(
            MulticastGroup group,
            SocketAddress address,
            DatagramChannel voice,
            SocketAddress voiceAddress,
            Link to,
            Link from) {}

    private record Delayed(
            long dueNanos, long number, DatagramChannel voice, ByteBuffer datagram, SocketAddress destination) {}
}

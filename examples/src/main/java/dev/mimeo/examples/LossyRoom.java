package dev.mimeo.examples;

import dev.mimeo.MulticastGroup;
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
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * A room with bad cabling, on the loopback interface. The sender speaks to one group, every seat hears a group of its own,
 * and what passes between them is lost now and then, for each seat independently. The room stands between them, as a switch
 * would:
 *
 * <pre>
 *   sender ──▶ its group ──▶ entrance ─┬─▶ voice of seat 1 ──▶ group of seat 1 ──▶ receiver 1
 *      ▲                               └─▶ voice of seat 2 ──▶ group of seat 2 ──▶ receiver 2
 *      │                                                              │
 *      └──────────── voices, towards the sender and other seats ◀── ear of seat 2
 * </pre>
 *
 * <p>A receiver takes the voice of its seat for the sender. What it answers to that address goes to the sender alone; what it
 * says to its group is heard by the ear and goes to the sender and to every other seat. No datagram is looked into. One
 * daemon thread; nothing leaves the machine (time to live 0).
 */
final class LossyRoom implements AutoCloseable {
    private static final int BUFFER_BYTES = 4 << 20;
    private static final int LONGEST_DATAGRAM = 65_535;
    private static final int MOST_AT_ONCE = 64;

    private final NetworkInterface loopback;
    private final double loss;
    private final RandomGenerator random;
    private final Selector selector = Selector.open();
    private final List<DatagramChannel> channels = new ArrayList<>();
    private final List<Seat> seats = new ArrayList<>();
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(LONGEST_DATAGRAM);
    private final AtomicLong offered = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread = new Thread(this::run, "lossy-room");
    private SocketAddress sender;

    private LossyRoom(NetworkInterface loopback, double loss, RandomGenerator random) throws IOException {
        this.loopback = loopback;
        this.loss = loss;
        this.random = random;
        thread.setDaemon(true);
    }

    /**
     * Opens a room.
     *
     * @param senders the group that the sender speaks to
     * @param seats the group that each seat hears; each group has a port of its own
     * @param loss share of datagrams that is lost on each way, 0 to 1
     * @param random decides which; used by the room's thread only
     */
    static LossyRoom open(
            NetworkInterface loopback,
            MulticastGroup senders,
            List<MulticastGroup> seats,
            double loss,
            RandomGenerator random)
            throws IOException {
        LossyRoom room = new LossyRoom(loopback, loss, random);
        try {
            room.furnish(senders, seats);
        } catch (IOException | RuntimeException e) {
            room.closeChannels();
            throw e;
        }
        room.thread.start();
        return room;
    }

    /** Returns how many datagrams were on their way to somebody. */
    long offered() {
        return offered.get();
    }

    /** Returns how many of them were lost. */
    long dropped() {
        return dropped.get();
    }

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

    private void furnish(MulticastGroup senders, List<MulticastGroup> groups) throws IOException {
        listen(ear(senders), this::fromSender);
        for (MulticastGroup group : groups) {
            DatagramChannel voice = voice();
            Seat seat = new Seat(voice, voice.getLocalAddress(), new InetSocketAddress(group.address(), group.port()));
            seats.add(seat);
            listen(voice, source -> toSender(seat));
            listen(ear(group), source -> fromSeat(seat, source));
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
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    forward((DatagramChannel) key.channel(), (Route) key.attachment());
                }
                selector.selectedKeys().clear();
            }
        } catch (ClosedSelectorException e) {
            // The end.
        } catch (IOException e) {
            System.err.println("mimeo: the room is closed: " + e);
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
            pass(seat.voice, seat.group);
        }
    }

    private void fromSeat(Seat seat, SocketAddress source) throws IOException {
        if (source.equals(seat.voiceAddress)) {
            return;
        }
        toSender(seat);
        for (Seat other : seats) {
            if (other != seat) {
                pass(other.voice, other.group);
            }
        }
    }

    private void toSender(Seat seat) throws IOException {
        if (sender != null) {
            pass(seat.voice, sender);
        }
    }

    private void pass(DatagramChannel voice, SocketAddress destination) throws IOException {
        offered.incrementAndGet();
        if (random.nextDouble() < loss) {
            dropped.incrementAndGet();
            return;
        }
        datagram.rewind();
        voice.send(datagram, destination);
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

    private record Seat(DatagramChannel voice, SocketAddress voiceAddress, InetSocketAddress group) {}
}

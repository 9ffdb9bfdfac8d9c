package dev.mimeo.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;

/** Bare channels on the loopback interface: some that send, and members of one group. Closes what it opened. */
final class Sockets implements AutoCloseable {
    /** Whether this Java can call functions of the C library, as the tests are started. */
    static final boolean ARE_NATIVE =
            Runtime.version().feature() >= 22 && System.getProperty("os.name").equals("Linux");

    private static final int SMALLEST_RECEIVE_BUFFER = 1 << 20;

    private final Deque<DatagramChannel> open = new ArrayDeque<>();
    private final InetSocketAddress group;

    Sockets() throws IOException {
        var address = Loopback.group();
        group = new InetSocketAddress(address.address(), address.port());
    }

    /** Skips the test where no interface has the address. */
    static void assumeThereIs(String address) throws IOException {
        Assumptions.assumeTrue(
                NetworkInterface.getByInetAddress(InetAddress.getByName(address)) != null, "there is no " + address);
    }

    InetSocketAddress group() {
        return group;
    }

    DatagramChannel open() throws IOException {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        open.push(channel);
        return channel;
    }

    /** Makes a channel send to members on this machine, and to nobody else. */
    DatagramChannel sending(DatagramChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback());
        channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 0);
        channel.bind(new InetSocketAddress("127.0.0.1", 0));
        return channel;
    }

    /** Makes a channel a member of the group. */
    DatagramChannel listening(DatagramChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALLEST_RECEIVE_BUFFER);
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(group);
        channel.join(group.getAddress(), loopback());
        channel.configureBlocking(false);
        return channel;
    }

    private static NetworkInterface loopback() throws IOException {
        return NetworkInterface.getByName(Loopback.INTERFACE);
    }

    static Optional<NativeSocket> nativeSocket(DatagramChannel channel) throws IOException {
        Optional<NativeSocket> socket = NativeSocket.of(channel);
        if (socket.isPresent() != ARE_NATIVE) {
            throw new AssertionError("a native socket is " + (ARE_NATIVE ? "missing" : "there"));
        }
        return socket;
    }

    /** Receives all that is there, each datagram in a buffer of its own: here they are there when the call that sends ends. */
    static List<ByteBuffer> receive(DatagramReceiver receiver) throws IOException {
        List<ByteBuffer> received = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
        while (receiver.receive(buffer.clear()) != null) {
            buffer.flip();
            received.add(ByteBuffer.allocate(buffer.remaining()).put(buffer).flip());
        }
        return received;
    }

    static ByteBuffer datagram(int length, long seed) {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        return ByteBuffer.wrap(content);
    }

    @Override
    public void close() throws IOException {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}

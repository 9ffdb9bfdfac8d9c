package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.internal.PcapFile.Packet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Hears all that is multicast to a group on the loopback interface: counts the bytes, UDP payload, of every node, and keeps
 * the headers of the first messages. A port of its own, so that what it says does not rest on what it measures.
 */
final class WireRecorder implements AutoCloseable {
    private static final int RECEIVE_BUFFER = 8 << 20;
    private static final int LARGEST_DATAGRAM = 65_535;
    private static final int SOURCE_ID = 4;
    private static final int LONGEST_KEPT = 96;
    private static final int MOST_KEPT = 50_000;

    private final MulticastGroup group;
    private final DatagramChannel channel;
    private final SessionClock clock = new SessionClock();
    private final Map<Integer, Long> bytes = new ConcurrentHashMap<>();
    /** Guarded by itself. */
    private final List<Packet> kept = new ArrayList<>();

    private WireRecorder(MulticastGroup group, DatagramChannel channel) {
        this.group = group;
        this.channel = channel;
    }

    static WireRecorder open(MulticastGroup group) throws IOException {
        DatagramChannel channel = DatagramChannel.open(DatagramPort.family(group));
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(new InetSocketAddress(group.address(), group.port()));
        NetworkInterface loopback = NetworkInterface.getByName(Loopback.INTERFACE);
        if (group.source().isPresent()) {
            channel.join(group.address(), loopback, group.source().get());
        } else {
            channel.join(group.address(), loopback);
        }
        channel.configureBlocking(false);
        WireRecorder recorder = new WireRecorder(group, channel);
        Thread thread = new Thread(recorder::listen, "recorder-" + group);
        thread.setDaemon(true);
        thread.start();
        return recorder;
    }

    private void listen() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST_DATAGRAM);
        try {
            for (; ; ) {
                while (channel.receive(buffer.clear()) != null) {
                    heard(buffer.flip());
                }
                // Waking for every datagram would cost more than it does to hear them.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        } catch (ClosedChannelException e) {
            // That is the end.
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void heard(ByteBuffer datagram) {
        if (datagram.remaining() < SOURCE_ID + Integer.BYTES) {
            return;
        }
        bytes.merge(datagram.getInt(SOURCE_ID), (long) datagram.remaining(), Long::sum);
        synchronized (kept) {
            if (kept.size() < MOST_KEPT) {
                kept.add(Packet.of(TimeUnit.NANOSECONDS.toMicros(clock.nanos()), datagram, LONGEST_KEPT));
            }
        }
    }

    /** Returns the bytes that a node has multicast so far. */
    long bytesFrom(int nodeId) {
        return bytes.getOrDefault(nodeId, 0L);
    }

    /** Writes the headers of the first messages. */
    void save(Path path) throws IOException {
        synchronized (kept) {
            PcapFile.write(path, group.port(), kept);
        }
    }

    @Override
    public void close() {
        Opening.closeQuietly(channel);
    }
}

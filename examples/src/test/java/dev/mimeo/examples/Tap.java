package dev.mimeo.examples;

import dev.mimeo.MulticastGroup;
import dev.mimeo.protocol.wire.DataHeader;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.MessageType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Listens to a group as a receiver does, and counts the content that goes by: what a receiver can have had, at most. */
final class Tap implements AutoCloseable {
    private static final int BUFFER = 4 << 20;

    private final DatagramChannel channel;
    private final long objectLength;
    private final AtomicLong contentBytes = new AtomicLong();
    private final AtomicLong wireBytes = new AtomicLong();

    /** Counts content of the object that has so many bytes, source and parity alike. */
    Tap(MulticastGroup group, String networkInterface, long objectLength) throws IOException {
        this.objectLength = objectLength;
        channel = DatagramChannel.open(StandardProtocolFamily.INET)
                .setOption(StandardSocketOptions.SO_REUSEADDR, true)
                .setOption(StandardSocketOptions.SO_RCVBUF, BUFFER)
                .bind(new InetSocketAddress(group.address(), group.port()));
        channel.join(group.address(), NetworkInterface.getByName(networkInterface));
        Thread listener = new Thread(this::listen, "tap");
        listener.setDaemon(true);
        listener.start();
    }

    /** Returns how many bytes of content went by. */
    long contentBytes() {
        return contentBytes.get();
    }

    /** Returns how many bytes of UDP payload went by, of every kind and from everybody. */
    long wireBytes() {
        return wireBytes.get();
    }

    /** Waits until so much content went by, or {@code child} has ended. */
    void awaitContent(long bytes, Child child) throws InterruptedException {
        while (contentBytes() < bytes && child.isRunning()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private void listen() {
        ByteBuffer datagram = ByteBuffer.allocateDirect(1 << 16);
        DataHeader header = new DataHeader();
        try {
            while (true) {
                datagram.clear();
                channel.receive(datagram);
                count(datagram.flip(), header);
            }
        } catch (ClosedChannelException e) {
            return;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void count(ByteBuffer datagram, DataHeader header) {
        wireBytes.addAndGet(datagram.remaining());
        try {
            if (MessageCodec.type(datagram).filter(MessageType.DATA::equals).isPresent()
                    && header.wrap(datagram).hasInformation()
                    && header.information().transferLength() == objectLength) {
                contentBytes.addAndGet(header.payloadLength());
            }
        } catch (MalformedDatagramException e) {
            throw new AssertionError("a malformed datagram in the group", e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

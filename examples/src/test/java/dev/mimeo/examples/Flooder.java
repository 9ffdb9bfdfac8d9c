package dev.mimeo.examples;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.seal.SealHeader;
import dev.mimeo.protocol.seal.SealId;
import dev.mimeo.protocol.wire.DataHeader;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.MessageType;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.RepairRequestBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Somebody on the network without the group key: listens to a session, and once it has heard some of it sends what looks like
 * requests of ever new receivers, to the group and to the sender alone, and what it has heard, as it was, changed, and cut short.
 * Says after each second's worth how much that was.
 */
final class Flooder {
    /** What it listens to before it begins. */
    private static final int LEAST_HEARD = 50;

    private static final int LARGEST_CAPTURE = 2_000;
    private static final int SIXTEENTHS = 16;

    private static final long MILLI = 1_000_000;
    /** Bytes behind the header of a request. */
    private static final int SEALED = 64;

    private final DatagramChannel channel;
    private final InetSocketAddress group;
    private final SplittableRandom random = new SplittableRandom(41);
    private final List<byte[]> capture = new ArrayList<>();
    private final ByteBuffer out = ByteBuffer.allocateDirect(1 << 12);
    private final SealHeader heard = new SealHeader();
    private final DataHeader data = new DataHeader();
    private SocketAddress sender;
    /** What was heard first of an object that is not sealed. */
    private byte[] symbol;

    private Flooder(DatagramChannel channel, InetSocketAddress group) {
        this.channel = channel;
        this.group = group;
    }

    /**
     * Floods: {@code Flooder ADDRESS PORT INTERFACE DATAGRAMS_PER_SECOND GROUP HEARD}, the latter in sixteenths: what goes to the
     * group, and not to the sender alone, and what was heard before, and is not made up.
     */
    public static void main(String[] arguments) throws IOException, MalformedDatagramException {
        InetAddress address = InetAddress.getByName(arguments[0]);
        int port = Integer.parseInt(arguments[1]);
        NetworkInterface lan = NetworkInterface.getByName(arguments[2]);
        try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)
                .setOption(StandardSocketOptions.SO_REUSEADDR, true)
                .setOption(StandardSocketOptions.IP_MULTICAST_IF, lan)
                .setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1)
                .setOption(StandardSocketOptions.IP_MULTICAST_LOOP, false)
                .bind(new InetSocketAddress(port))) {
            channel.join(address, lan);
            Flooder flooder = new Flooder(channel, new InetSocketAddress(address, port));
            System.out.println("listening");
            flooder.listen();
            channel.configureBlocking(false);
            flooder.flood(
                    Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]), Integer.parseInt(arguments[5]));
        }
    }

    /** Listens until it knows who sends. */
    private void listen() throws IOException, MalformedDatagramException {
        while (capture.size() < LEAST_HEARD || !isSealed() && symbol == null) {
            hear();
        }
    }

    private boolean isSealed() {
        return SealHeader.isSealed(ByteBuffer.wrap(capture.get(0)));
    }

    private boolean hear() throws IOException, MalformedDatagramException {
        ByteBuffer in = ByteBuffer.allocate(1 << 12);
        SocketAddress from = channel.receive(in);
        if (from != null && capture.size() < LARGEST_CAPTURE) {
            byte[] heard = new byte[in.flip().remaining()];
            in.get(heard);
            capture.add(heard);
            // The longest datagrams are those of the sender.
            if (sender == null || heard.length > 1_000) {
                sender = from;
            }
            if (symbol == null
                    && !isSealed()
                    && MessageCodec.type(in.rewind())
                            .filter(MessageType.DATA::equals)
                            .isPresent()) {
                symbol = heard;
            }
        }
        return from != null;
    }

    private void flood(int datagramsPerSecond, int toGroup, int asHeard)
            throws IOException, MalformedDatagramException {
        long start = System.nanoTime();
        long sent = 0;
        long sentBefore = 0;
        while (true) {
            long due = (System.nanoTime() - start) * datagramsPerSecond / 1_000_000_000;
            for (; sent < due; sent++) {
                ByteBuffer next = random.nextInt(SIXTEENTHS) < asHeard ? captured() : request();
                channel.send(next, random.nextInt(SIXTEENTHS) < toGroup ? group : sender);
                if ((sent + 1) % datagramsPerSecond == 0) {
                    System.out.println(
                            "sent " + (sent + 1 - sentBefore) + " in " + (System.nanoTime() - start) / MILLI + " ms");
                    sentBefore = sent + 1;
                }
            }
            for (int i = 0; i < SIXTEENTHS && hear(); i++) {}
            LockSupport.parkNanos(MILLI);
        }
    }

    private byte[] any() {
        return capture.get(random.nextInt(capture.size()));
    }

    /** As it was, cut short or, where that is not to be believed, with a bit changed. */
    private ByteBuffer captured() {
        byte[] copy = any().clone();
        out.clear();
        int length = copy.length;
        switch (random.nextInt(isSealed() ? 3 : 2)) {
            case 0 -> length = random.nextInt(length);
            case 1 -> {}
            default -> copy[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
        }
        return out.put(copy, 0, length).flip();
    }

    /** What looks like a request of a receiver that nobody has heard yet. */
    private ByteBuffer request() throws MalformedDatagramException {
        return isSealed() ? sealedRequest() : openRequest();
    }

    /** For everything of an object that was heard. */
    private ByteBuffer openRequest() throws MalformedDatagramException {
        data.wrap(ByteBuffer.wrap(symbol));
        RepairRequestBuilder requests = new RepairRequestBuilder(SEALED);
        ObjectId object = new ObjectId(data.object());
        requests.objects(data.encoding(), object, object);
        ReceiverHeader header = new ReceiverHeader(
                random.nextInt(1 << 16), new NodeId(random.nextInt()), new NodeId(data.source()), data.instanceId(), 0);
        out.clear();
        MessageCodec.encode(new Nack(header, null, requests.build()), out);
        return out.flip();
    }

    private ByteBuffer sealedRequest() throws MalformedDatagramException {
        heard.read(ByteBuffer.wrap(any()));
        out.clear();
        SealId receiver = new SealId(random.nextLong(), random.nextLong());
        int header = SealHeader.write(out, heard.session(), receiver, random.nextInt(1 << 20));
        for (int i = 0; i < SEALED; i += Long.BYTES) {
            out.putLong(header + i, random.nextLong());
        }
        return out.position(0).limit(header + SEALED);
    }
}

package dev.mimeo.internal;

import dev.mimeo.DroppedDatagrams;
import dev.mimeo.protocol.NodeId;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A real port with a bad network behind it: loses, repeats and changes datagrams as they come in, by chance from a seed.
 * Options may be changed while it is used.
 */
final class TestPort implements MulticastPort {
    private static final int TYPE_MASK = 0x0f;
    private static final int NORM_DATA = 2;
    private static final int FORGERY_INTERVAL = 500;

    private final MulticastPort real;
    private final Random random;
    private volatile double loss;
    private volatile double sendLoss;
    private volatile double duplication;
    private volatile double corruption;
    private volatile int corrupted;
    private volatile int pauseAfter = Integer.MAX_VALUE;
    private volatile long pauseNanos;
    private volatile int toForge;
    private int dataMessages;
    private volatile boolean dead;
    private volatile int lost;
    private volatile int forged;
    private boolean repeat;
    private Consumer<ByteBuffer> tap = datagram -> {};

    TestPort(MulticastPort real, long seed) {
        this.real = real;
        this.random = new Random(seed);
    }

    TestPort loss(double ratio) {
        loss = ratio;
        return this;
    }

    /** Loses what is sent, too. */
    TestPort sendLoss(double ratio) {
        sendLoss = ratio;
        return this;
    }

    TestPort duplication(double ratio) {
        duplication = ratio;
        return this;
    }

    /** Inverts a bit, anywhere, of what comes in. */
    TestPort corruption(double ratio) {
        corruption = ratio;
        return this;
    }

    /** Takes nothing in for a while, once, after so many datagrams: as if the collector ran. */
    TestPort pause(int after, long nanos) {
        pauseAfter = after;
        pauseNanos = nanos;
        return this;
    }

    /** Changes a byte of content in so many data messages, one in {@value #FORGERY_INTERVAL}. */
    TestPort forge(int count) {
        toForge = count;
        return this;
    }

    /** Shows what is sent, before it is used, to {@code tap}. */
    TestPort tap(Consumer<ByteBuffer> tap) {
        this.tap = tap;
        return this;
    }

    /** Pulls the cable. */
    void die() {
        dead = true;
    }

    int lostCount() {
        return lost;
    }

    int corruptedCount() {
        return corrupted;
    }

    int forgedCount() {
        return forged;
    }

    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
    public boolean receive(Inbound inbound) throws IOException {
        if (repeat) {
            repeat = false;
            return true;
        }
        while (real.receive(inbound)) {
            if (dead || random.nextDouble() < loss) {
                lost++;
                continue;
            }
            repeat = random.nextDouble() < duplication;
            if (--pauseAfter == 0) {
                LockSupport.parkNanos(pauseNanos);
            }
            ByteBuffer datagram = inbound.datagram();
            if (datagram.hasRemaining() && random.nextDouble() < corruption) {
                int at = datagram.position() + random.nextInt(datagram.remaining());
                datagram.put(at, (byte) (datagram.get(at) ^ 1 << random.nextInt(Byte.SIZE)));
                corrupted++;
            }
            if ((datagram.get(0) & TYPE_MASK) == NORM_DATA
                    && ++dataMessages % FORGERY_INTERVAL == 0
                    && forged < toForge) {
                int at = datagram.limit() - 1 - random.nextInt(32);
                datagram.put(at, (byte) ~datagram.get(at));
                forged++;
            }
            return true;
        }
        return false;
    }

    @Override
    public void heard(Inbound inbound) {
        real.heard(inbound);
    }

    @Override
    public boolean send(ByteBuffer datagram, NodeId destination) throws IOException {
        if (dead || random.nextDouble() < sendLoss) {
            return true;
        }
        tap.accept(datagram);
        return real.send(datagram, destination);
    }

    @Override
    public boolean flush() throws IOException {
        return real.flush();
    }

    @Override
    public Optional<SocketAddress> addressOf(NodeId node) {
        return real.addressOf(node);
    }

    @Override
    public DroppedDatagrams dropped() {
        return real.dropped();
    }

    @Override
    public void await(long nanos) throws IOException {
        real.await(nanos);
    }

    @Override
    public void wakeup() {
        real.wakeup();
    }

    @Override
    public void close() {
        real.close();
    }
}

package dev.mimeo.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.locks.LockSupport;

/** Waits for datagrams on the channels of a port, or to be woken. {@code wakeup} is for any thread, the rest for one at a time. */
final class PortSelector implements Closeable {
    /** Selectors count in milliseconds; less is parked. */
    private static final long SELECTABLE_NANOS = 1_000_000;
    /**
     * How long the first datagram after a pause waits for company: waking costs more than receiving, and a fifth of a
     * millisecond holds far less than a receive buffer at any rate that one machine can take.
     */
    private static final long COMPANY_NANOS = 200_000;

    private final Selector selector = Selector.open();
    private volatile Thread waiting;
    private volatile boolean awake;

    PortSelector() throws IOException {}

    /** Waits for datagrams on {@code channel}, too, which does not block from now on. */
    void add(DatagramChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
    }

    /** Waits until there is a datagram, {@link #wakeup} was called, or {@code nanos} have passed; maybe less. */
    void await(long nanos) throws IOException {
        if (nanos >= SELECTABLE_NANOS) {
            if (selector.select(key -> {}, nanos / SELECTABLE_NANOS) > 0) {
                park(COMPANY_NANOS);
            }
        } else if (nanos > 0) {
            park(nanos);
        }
        awake = false;
    }

    private void park(long nanos) {
        waiting = Thread.currentThread();
        if (!awake) {
            LockSupport.parkNanos(this, nanos);
        }
        waiting = null;
    }

    /** Ends the present or the next {@link #await}. */
    void wakeup() {
        awake = true;
        selector.wakeup();
        Thread parked = waiting;
        if (parked != null) {
            LockSupport.unpark(parked);
        }
    }

    @Override
    public void close() {
        Opening.closeQuietly(selector);
    }
}

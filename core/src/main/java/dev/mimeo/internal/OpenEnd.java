package dev.mimeo.internal;

import dev.mimeo.TransferListener;
import java.io.IOException;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a sender and a receiver have in common: a port, a listener, and one transfer at a time. Any thread.
 *
 * @param <R> the report a transfer ends with
 */
final class OpenEnd<R> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenEnd.class);
    /** Closing promises two seconds in all. */
    private static final long CLOSE_NANOS = 1_400_000_000;
    /** More datagrams than sockets hold. */
    private static final int MOST_STALE = 1 << 16;

    private final EndName name;
    private final ThreadMaker threads;
    private final MulticastPort port;
    private final CallbackThread callbacks;
    private final BiConsumer<TransferListener, R> onReport;
    /** Guarded by {@code this}; null before the first. */
    private TransferThread<R> latest;
    /** Guarded by {@code this}; whether the latest has not ended. */
    private boolean running;
    /** Guarded by {@code this}. */
    private boolean closed;

    OpenEnd(
            EndName name,
            ThreadMaker threads,
            MulticastPort port,
            TransferListener listener,
            BiConsumer<TransferListener, R> onReport) {
        this.name = name;
        this.threads = threads;
        this.port = port;
        this.callbacks = new CallbackThread(listener, name.toString(), threads);
        this.onReport = onReport;
    }

    MulticastPort port() {
        return port;
    }

    /** Starts a transfer: it hears whatever arrives after this call. */
    synchronized TransferThread<R> start(TransferThread.Work<R> work) {
        Objects.requireNonNull(work, "work");
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
        if (running) {
            throw new IllegalStateException("a transfer of " + name + " runs; await it, or open another");
        }
        discardStale();
        latest = new TransferThread<>(name, threads, work, port, callbacks, onReport, this::ended);
        running = true;
        latest.start();
        return latest;
    }

    /** What waits in the sockets before a transfer is asked for belongs to an earlier one. */
    private void discardStale() {
        Inbound inbound = new Inbound();
        try {
            for (int i = 0; i < MOST_STALE && port.receive(inbound); i++) {
                continue;
            }
        } catch (IOException e) {
            LOG.debug("The sockets of {} cannot be read; the transfer will say so", name, e);
        }
    }

    private synchronized void ended() {
        running = false;
    }

    @Override
    public void close() {
        TransferThread<R> last;
        synchronized (this) {
            closed = true;
            last = latest;
        }
        if (last != null && !last.cancelAndJoin(CLOSE_NANOS)) {
            LOG.warn("The transfer of {} has not ended in time; its threads are left to end by themselves", name);
        }
        port.close();
        callbacks.close();
    }
}

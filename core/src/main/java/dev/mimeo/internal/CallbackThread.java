package dev.mimeo.internal;

import dev.mimeo.Progress;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SessionAnnouncement;
import dev.mimeo.TransferListener;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a listener, one event at a time, on a thread of its own that lives while there are events.
 *
 * <p>Progress, announcements, and changes of one receiver are conflated: a newer one takes the place of one that still
 * waits. So the queue holds a few events and two for each receiver, and {@value #LARGEST} at most: further joins and changes are
 * not told. What a listener throws is logged and forgotten. Any thread.
 */
final class CallbackThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CallbackThread.class);
    /** News of receivers that wait; more of them are left out until some were told. */
    static final int LARGEST = 1 << 16;
    /** How long the thread waits for another event before it ends. */
    private static final long IDLE_MILLIS = 500;

    private final TransferListener listener;
    private final String name;
    private final ThreadMaker threads;
    /** Guarded by {@code this}; in the order of delivery. */
    private final Map<Object, Consumer<TransferListener>> waiting = new LinkedHashMap<>();
    /** Guarded by {@code this}; null while there is nothing to do. */
    private Thread thread;
    /** Guarded by {@code this}. */
    private boolean closed;

    private record ChangeOf(String receiver) {}

    private record JoinOf(String receiver) {}

    CallbackThread(TransferListener listener, String name, ThreadMaker threads) {
        this.listener = listener;
        this.name = name;
        this.threads = threads;
    }

    /** Delivers an event that matters by itself. */
    void tell(Consumer<TransferListener> event) {
        offer(new Object(), event);
    }

    /** Runs something of the user's between two events. */
    void run(Runnable question) {
        put(new Object(), to -> question.run());
    }

    /** Delivers the latest progress. */
    void tell(Progress progress) {
        offer(Progress.class, to -> to.progress(progress));
    }

    /** Delivers the latest announcement. */
    void tell(SessionAnnouncement announcement) {
        offer(SessionAnnouncement.class, to -> to.announced(announcement));
    }

    /** Delivers that a receiver has joined. */
    void joined(ReceiverStatus receiver) {
        offerUnlessFull(new JoinOf(receiver.id()), to -> to.receiverJoined(receiver));
    }

    /** Delivers the latest status of a receiver. */
    void tell(ReceiverStatus receiver) {
        offerUnlessFull(new ChangeOf(receiver.id()), to -> to.receiverChanged(receiver));
    }

    /** Who does not listen misses what somebody invents; the report at the end has whoever is still known. */
    private synchronized void offerUnlessFull(Object key, Consumer<TransferListener> event) {
        if (waiting.size() < LARGEST || waiting.containsKey(key)) {
            offer(key, event);
        }
    }

    private void offer(Object key, Consumer<TransferListener> event) {
        if (listener != TransferListener.NONE) {
            put(key, event);
        }
    }

    private synchronized void put(Object key, Consumer<TransferListener> event) {
        if (closed) {
            return;
        }
        waiting.put(key, event);
        if (thread == null) {
            thread = threads.make(name + "-listener", this::deliver);
            thread.start();
        }
        notifyAll();
    }

    private void deliver() {
        for (Consumer<TransferListener> event = next(); event != null; event = next()) {
            try {
                event.accept(listener);
            } catch (RuntimeException | Error e) {
                LOG.warn("A transfer listener failed; the transfer goes on", e);
            }
        }
    }

    /** Takes the first event; null, and no thread from then on, if none comes for a while. */
    private synchronized Consumer<TransferListener> next() {
        if (waiting.isEmpty() && !closed) {
            try {
                wait(IDLE_MILLIS);
            } catch (InterruptedException e) {
                LOG.debug("A transfer listener left its thread interrupted; ignored");
            }
        }
        var events = waiting.values().iterator();
        if (!events.hasNext()) {
            thread = null;
            return null;
        }
        Consumer<TransferListener> first = events.next();
        events.remove();
        return first;
    }

    /** Delivers what waits, for as long as closing may take, and no more after that. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
            notifyAll();
        }
        if (running != null && !Joining.join(running, Joining.PATIENCE_NANOS)) {
            LOG.warn("A transfer listener has not returned; its thread {} is left behind", running.getName());
            synchronized (this) {
                waiting.clear();
            }
        }
    }
}

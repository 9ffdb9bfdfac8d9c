package dev.mimeo.internal;

import dev.mimeo.protocol.seal.SealId;
import java.io.Closeable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whose authentic packets were heard: up to {@value #MOST_SESSIONS} sessions and {@value #MOST_RECEIVERS} receivers. Beyond,
 * whoever was not heard for longest is let go. A session that was let go is retired: of the {@value #MOST_RETIRED} retired
 * last nothing is accepted again. Only what was authenticated gets in or counts as heard, so that forgeries push nobody out; and what was
 * recorded of other sessions would have to come from a thousand of them, between two packets of the one that it is to push
 * out. Of a receiver that was let go, old packets would be accepted again: they can only waste repair.
 *
 * <p>Used by the thread that uses the port; closed by any.
 */
final class SealTable implements Closeable {
    static final int MOST_SESSIONS = 1_024;
    static final int MOST_RETIRED = 16_384;
    static final int MOST_RECEIVERS = 16_384;
    /** Feedback is rare: its packets do not overtake each other by more. */
    private static final int FEEDBACK_WINDOW = 256;

    /** Whoever was heard last is last, here and below. */
    private final Map<SealId, SealSession> sessions = new LinkedHashMap<>();

    private final Map<Receiver, SealOrigin> receivers = new LinkedHashMap<>();
    private final Set<SealId> retired = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SealId, Boolean> eldest) {
            return size() > MOST_RETIRED;
        }
    });
    private boolean closed;

    /** A receiver as one session knows it. */
    private record Receiver(SealId session, SealId id) {}

    /** Returns a session that was heard, or null. */
    synchronized SealSession session(SealId id) {
        return sessions.get(id);
    }

    /** Returns whether a session was heard long ago, and is over for us. */
    synchronized boolean isRetired(SealId id) {
        return retired.contains(id);
    }

    /** Returns the session in which a start of a node was heard last. */
    synchronized Optional<SealSession> ofStart(long start) {
        SealSession found = null;
        for (SealSession each : sessions.values()) {
            found = each.start == start ? each : found;
        }
        return Optional.ofNullable(found);
    }

    /** A session was heard, maybe for the first time. */
    synchronized void heard(SealSession session) {
        if (closed) {
            session.destroy();
            return;
        }
        sessions.remove(session.id);
        sessions.put(session.id, session);
        if (sessions.size() > MOST_SESSIONS) {
            SealSession eldest = sessions.values().iterator().next();
            sessions.remove(eldest.id);
            retired.add(eldest.id);
            eldest.destroy();
        }
    }

    /** Returns a receiver as it was heard, or one of which nothing was heard, which is not kept until {@link #heard} is called. */
    synchronized SealOrigin receiver(SealId session, SealId id) {
        SealOrigin known = receivers.get(new Receiver(session, id));
        return known == null ? new SealOrigin(FEEDBACK_WINDOW) : known;
    }

    /** A receiver was heard, maybe for the first time. */
    synchronized void heard(SealId session, SealId id, SealOrigin receiver) {
        if (closed) {
            receiver.destroy();
            return;
        }
        Receiver who = new Receiver(session, id);
        receivers.remove(who);
        receivers.put(who, receiver);
        if (receivers.size() > MOST_RECEIVERS) {
            Receiver eldest = receivers.keySet().iterator().next();
            receivers.remove(eldest).destroy();
        }
    }

    synchronized int sessionCount() {
        return sessions.size();
    }

    synchronized int receiverCount() {
        return receivers.size();
    }

    @Override
    public synchronized void close() {
        closed = true;
        sessions.values().forEach(SealSession::destroy);
        sessions.clear();
        receivers.values().forEach(SealOrigin::destroy);
        receivers.clear();
    }
}

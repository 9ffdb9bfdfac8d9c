package dev.mimeo.examples;

import dev.mimeo.ImageSession;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * Looks at sessions twice a second, on a daemon thread of its own, and keeps what is shown of each: of those that are open, and
 * of the last {@value #MOST_ENDED} that have ended. Safe for use by any thread.
 */
final class Monitor implements AutoCloseable {
    static final int MOST_ENDED = 64;

    private static final long INTERVAL_MILLIS = 500;

    private final Map<ImageSession, Watched> sessions = new LinkedHashMap<>();
    private final Thread thread = new Thread(this::run, "mimeo-monitor");
    private volatile List<Snapshot> latest = List.of();

    Monitor() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Looks at a session from now on. */
    synchronized void add(ImageSession session) {
        sessions.put(session, new Watched(System.nanoTime()));
        look();
    }

    /** Returns what was seen last, oldest session first; the same list until there is another look. Never blocks. */
    List<Snapshot> latest() {
        return latest;
    }

    /** Returns the session of that id, unless it has ended. */
    synchronized Optional<ImageSession> open(String id) {
        return sessions.keySet().stream()
                .filter(session ->
                        session.id().equals(id) && !session.completion().isDone())
                .findFirst();
    }

    /** Looks at all of them now. */
    synchronized void look() {
        sessions.forEach((session, watched) -> watched.look(session));
        long ended =
                sessions.values().stream().filter(watched -> watched.isOver).count();
        for (Iterator<Watched> each = sessions.values().iterator(); ended > MOST_ENDED; ) {
            if (each.next().isOver) {
                each.remove();
                ended--;
            }
        }
        List<Snapshot> seen = new ArrayList<>();
        sessions.values().forEach(watched -> seen.add(watched.last));
        latest = List.copyOf(seen);
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(INTERVAL_MILLIS);
                look();
            }
        } catch (InterruptedException e) {
            // Closed.
            return;
        }
    }

    /** Looks no more. */
    @Override
    public void close() {
        thread.interrupt();
    }

    /** A session, and what was seen of it; not looked at again after its end. */
    private static final class Watched {
        private final SessionWatch watch = new SessionWatch();
        private final long beganNanos;
        private Snapshot last;
        private boolean isOver;

        Watched(long beganNanos) {
            this.beganNanos = beganNanos;
        }

        void look(ImageSession session) {
            if (!isOver) {
                // The end is asked for first: what is seen after it is final.
                Optional<String> ended = ended(session);
                last = watch.look(session.view(), session.progress(), ended, System.nanoTime() - beganNanos);
                isOver = ended.isPresent();
            }
        }

        private static Optional<String> ended(ImageSession session) {
            if (!session.completion().isDone()) {
                return Optional.empty();
            }
            return Optional.of(session.completion()
                    .handle((report, cause) -> cause == null
                            ? ""
                            : cause instanceof CancellationException ? "it was ended early" : Words.failure(cause))
                    .join());
        }
    }
}

package dev.mimeo.internal;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes, last first, what was opened before an opening in several steps failed; nothing if it succeeded. */
final class Opening implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

    private final Deque<Closeable> opened = new ArrayDeque<>();

    /** Takes charge of {@code resource} and returns it. */
    <T extends Closeable> T add(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Everything is open: close nothing. */
    void succeeded() {
        opened.clear();
    }

    @Override
    public void close() {
        opened.forEach(Opening::closeQuietly);
        opened.clear();
    }

    /** Closes; a failure to do so is only logged. */
    static void closeQuietly(Closeable resource) {
        try {
            resource.close();
        } catch (IOException e) {
            LOG.debug("Closing {} failed", resource, e);
        }
    }
}

package dev.mimeo.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One party of an interoperability case, running: a sender or a receiver, whoever wrote it. Safe for use by any thread. */
interface Endpoint extends AutoCloseable {
    /** Returns whether it is in the group. */
    boolean isReady();

    /** On a receiver: returns what it has stored so far. */
    List<Received> received();

    /** On a sender: returns the nodes that have acknowledged everything. */
    Set<Integer> acknowledgements();

    /** Returns why it has failed, if it has. */
    Optional<String> failure();

    /** Returns what it was told to do and what it said. */
    String transcript();

    /** Ends it at once: nothing leaves it any more, not even a word of leave. */
    void kill();

    /** Ends it. */
    @Override
    void close();

    /**
     * An object that was stored.
     *
     * @param name what its NORM_INFO says; none has no NORM_INFO
     */
    record Received(boolean isFile, long length, Optional<String> name, Path path) {}
}

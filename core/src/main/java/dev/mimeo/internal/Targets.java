package dev.mimeo.internal;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The targets of one transfer and the disk threads that serve them. Used by the protocol thread alone. */
final class Targets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Targets.class);

    private final TargetStorage storage;
    private final DiskThreads threads;
    /** Those that were neither published nor discarded. */
    private final Set<TargetWriter> writers = ConcurrentHashMap.newKeySet();

    Targets(TargetStorage storage, DiskThreads threads) {
        this.storage = storage;
        this.threads = threads;
    }

    /** Returns the writer of a target that does not exist yet. */
    TargetWriter add(Path path) {
        TargetWriter writer = new TargetWriter(path, storage, threads);
        writers.add(writer);
        return writer;
    }

    /** A target was published. */
    void published(TargetWriter writer) {
        writers.remove(writer);
    }

    /** Has a target removed; what is still asked of it fails, or is of no effect. */
    void discard(TargetWriter writer) {
        threads.submit(bench -> {
            writer.discard();
            writers.remove(writer);
        });
    }

    /** Stops the threads; removes every file that was not published. */
    @Override
    public void close() {
        if (threads.stopAndJoin(Joining.PATIENCE_NANOS)) {
            discard();
            return;
        }
        LOG.warn("The storage does not answer; what was begun is removed when it does");
        Thread patient = new Thread(
                () -> {
                    threads.stopAndJoin(Long.MAX_VALUE / 2);
                    discard();
                },
                "mimeo-cleanup");
        patient.setDaemon(true);
        patient.start();
    }

    private void discard() {
        writers.forEach(TargetWriter::discard);
    }
}

package dev.mimeo.internal;

import dev.mimeo.ImageTarget;
import dev.mimeo.protocol.BlockSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The targets of one transfer and the disk threads that serve them. Used by the protocol thread alone. */
final class Targets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Targets.class);

    private final TargetStorage storage;
    private final DiskThreads threads;
    /** Those that were neither published nor discarded. */
    private final Set<Discardable> writers = ConcurrentHashMap.newKeySet();

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

    /** Returns the writer of the target of an image. */
    ImageWriter add(ImageTarget target) {
        return add(target, Optional.empty());
    }

    /** Returns the writer of the target of an image that goes on; {@code own} is as in {@link ImageWriter#own}. */
    ImageWriter add(ImageTarget target, Optional<List<BlockSet>> own) {
        ImageWriter writer = new ImageWriter(target, storage, threads, own, ImageWriter.Watcher.NONE);
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

    /** Waits until what was begun has ended, so that the targets can be opened again once closed; gives up when told to. */
    void settle(BooleanSupplier isGivenUp) {
        boolean ended = threads.stopAndJoin(Joining.PATIENCE_NANOS);
        while (!ended && !isGivenUp.getAsBoolean()) {
            ended = threads.stopAndJoin(Joining.PATIENCE_NANOS);
        }
    }

    /** Stops the threads, and then discards what was not published. */
    @Override
    public void close() {
        if (threads.stopAndJoin(Joining.PATIENCE_NANOS)) {
            discard();
            return;
        }
        LOG.warn("The storage does not answer; what was begun is closed when it does");
        threads.runBeside("mimeo-cleanup", () -> {
            threads.stopAndJoin(Long.MAX_VALUE / 2);
            discard();
        });
    }

    private void discard() {
        writers.forEach(Discardable::discard);
    }
}

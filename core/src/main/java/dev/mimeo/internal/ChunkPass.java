package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Goes once through all chunks of some objects, on all disk threads; ends early when the threads are stopped. */
final class ChunkPass {
    /** What is done at each chunk. */
    interface Visit {
        /** Does it; several at a time. */
        void visit(ObjectScan scan, long chunk, Workbench bench) throws StorageException;
    }

    private record Place(ObjectScan scan, long chunk) {}

    private final DiskThreads threads;
    private final Iterator<ObjectScan> scans;
    private final Visit visit;
    private final LongConsumer onProgress;
    private final AtomicInteger running;
    private final AtomicReference<StorageException> failure = new AtomicReference<>();
    /** Where the next chunk is taken from; guarded by {@code this}. */
    private Optional<ObjectScan> scan = Optional.empty();
    /** Guarded by {@code this}. */
    private long chunk;

    private ChunkPass(DiskThreads threads, List<ObjectScan> scans, Visit visit, LongConsumer onProgress) {
        this.threads = threads;
        this.scans = scans.iterator();
        this.visit = visit;
        this.onProgress = onProgress;
        this.running = new AtomicInteger(threads.count());
    }

    /**
     * Starts a pass; one of the two hears of its end, on a disk thread, unless the threads are stopped.
     *
     * @param onProgress hears, on any disk thread, the length of every chunk that is done
     */
    static void start(
            DiskThreads threads,
            List<ObjectScan> scans,
            Visit visit,
            LongConsumer onProgress,
            Runnable onDone,
            Consumer<StorageException> onFailure) {
        ChunkPass pass = new ChunkPass(threads, scans, visit, onProgress);
        for (int i = 0; i < threads.count(); i++) {
            threads.submit(bench -> pass.work(bench, onDone, onFailure));
        }
    }

    private void work(Workbench bench, Runnable onDone, Consumer<StorageException> onFailure) {
        try {
            for (Optional<Place> place = next(); place.isPresent(); place = next()) {
                ObjectScan at = place.get().scan();
                visit.visit(at, place.get().chunk(), bench);
                onProgress.accept(at.object().chunks().chunkLength(place.get().chunk()));
            }
        } catch (StorageException e) {
            failure.compareAndSet(null, e);
        }
        if (running.decrementAndGet() == 0 && !threads.isStopped()) {
            Optional.ofNullable(failure.get()).ifPresentOrElse(onFailure, onDone);
        }
    }

    private synchronized Optional<Place> next() {
        while (scan.isEmpty() || chunk == scan.get().object().chunks().count()) {
            if (!scans.hasNext()) {
                return Optional.empty();
            }
            scan = Optional.of(scans.next());
            chunk = 0;
        }
        return threads.isStopped() || failure.get() != null
                ? Optional.empty()
                : Optional.of(new Place(scan.get(), chunk++));
    }
}

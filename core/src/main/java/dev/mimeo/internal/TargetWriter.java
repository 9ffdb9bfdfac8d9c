package dev.mimeo.internal;

import dev.mimeo.StorageException;
import dev.mimeo.protocol.SourceBlock;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A file that an object of plain NORM is stored in, on the disk threads. Asked from the protocol thread; answers come on a disk thread, exactly
 * one for each question unless the threads have stopped.
 */
final class TargetWriter implements Discardable {
    private final Path path;
    private final TargetStorage storage;
    private final DiskThreads threads;
    private volatile TargetFile file;
    /** Guarded by {@code this}. */
    private boolean discarded;

    /** Only {@link Targets} makes them. */
    TargetWriter(Path path, TargetStorage storage, DiskThreads threads) {
        this.path = path;
        this.storage = storage;
        this.threads = threads;
    }

    /** Creates the file, all zeros; as {@link TargetFile#create} does. */
    void open(long length, long contentLength, Runnable onOpened, Consumer<StorageException> onFailure) {
        threads.submit(bench -> opened(TargetFile.create(path, length, contentLength, storage)), onOpened, onFailure);
    }

    private synchronized void opened(TargetFile created) {
        file = created;
        if (discarded) {
            created.close();
        }
    }

    /** Reconstructs a block and writes it where nothing was written before: a block of zeros stays a hole. */
    void writeOnce(SourceBlock block, Runnable onWritten, Consumer<StorageException> onFailure) {
        threads.submit(
                bench -> {
                    BlockWriter.reconstruct(block, bench);
                    if (!BlockWriter.isZero(block)) {
                        BlockWriter.write(block, file);
                    }
                },
                onWritten,
                onFailure);
    }

    /** Makes the file durable and puts it in another place in the target's directory. */
    void publish(Path place, Runnable onPublished, Consumer<StorageException> onFailure) {
        threads.submit(bench -> file.publish(place), onPublished, onFailure);
    }

    /** Removes the file unless it was published; any thread. */
    @Override
    public synchronized void discard() {
        discarded = true;
        if (file != null) {
            file.close();
        }
    }
}

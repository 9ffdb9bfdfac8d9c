package dev.mimeo.internal;

import dev.mimeo.StorageException;
import dev.mimeo.protocol.SourceBlock;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * One target of a transfer, on the disk threads. Asked from the protocol thread; answers come on a disk thread, exactly
 * one for each question unless the threads have stopped.
 */
final class TargetWriter {
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

    /** What may fail on a disk thread. */
    private interface Step {
        void run(Workbench bench) throws StorageException;
    }

    /** Creates the file, all zeros; as {@link TargetFile#create} does. */
    void open(long length, long contentLength, Runnable onOpened, Consumer<StorageException> onFailure) {
        submit(bench -> opened(TargetFile.create(path, length, contentLength, storage)), onOpened, onFailure);
    }

    private synchronized void opened(TargetFile created) {
        file = created;
        if (discarded) {
            created.close();
        }
    }

    /** Reconstructs a block and, unless it stays in memory, writes it. */
    void write(SourceBlock block, boolean staysInMemory, Runnable onWritten, Consumer<StorageException> onFailure) {
        submit(
                bench -> {
                    BlockWriter.reconstruct(block, bench);
                    if (!staysInMemory) {
                        BlockWriter.write(block, file);
                    }
                },
                onWritten,
                onFailure);
    }

    /** Reconstructs a block and writes it where nothing was written before: a block of zeros stays a hole. */
    void writeOnce(SourceBlock block, Runnable onWritten, Consumer<StorageException> onFailure) {
        submit(
                bench -> {
                    BlockWriter.reconstruct(block, bench);
                    if (!BlockWriter.isZero(block)) {
                        BlockWriter.write(block, file);
                    }
                },
                onWritten,
                onFailure);
    }

    /** Reads a chunk back and hashes it. */
    void hash(long offset, int length, Consumer<byte[]> onHashed, Consumer<StorageException> onFailure) {
        threads.submit(bench -> {
            byte[] leaf;
            try {
                leaf = BlockWriter.hash(file, offset, length, bench);
            } catch (StorageException e) {
                onFailure.accept(e);
                return;
            }
            onHashed.accept(leaf);
        });
    }

    /** Makes the file durable and puts it in the target's place. */
    void publish(Runnable onPublished, Consumer<StorageException> onFailure) {
        publish(path, onPublished, onFailure);
    }

    /** Makes the file durable and puts it in another place in the target's directory. */
    void publish(Path place, Runnable onPublished, Consumer<StorageException> onFailure) {
        submit(bench -> file.publish(place), onPublished, onFailure);
    }

    private void submit(Step step, Runnable onDone, Consumer<StorageException> onFailure) {
        threads.submit(bench -> {
            try {
                step.run(bench);
            } catch (StorageException e) {
                onFailure.accept(e);
                return;
            }
            onDone.run();
        });
    }

    /** Removes the file unless it was published; any thread. */
    synchronized void discard() {
        discarded = true;
        if (file != null) {
            file.close();
        }
    }
}

package dev.mimeo.internal;

import dev.mimeo.StorageException;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.manifest.ChunkTable;
import dev.mimeo.protocol.manifest.ImageObject;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The target of one transfer, on the disk threads. Asked from the protocol thread; answers come on a disk thread, exactly
 * one for each question unless the threads have stopped.
 */
final class TargetWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TargetWriter.class);

    private final Path path;
    private final TargetStorage storage;
    private final DiskThreads threads;
    private volatile TargetFile file;

    TargetWriter(Path path, TargetStorage storage, DiskThreads threads) {
        this.path = path;
        this.storage = storage;
        this.threads = threads;
    }

    /** What may fail on a disk thread. */
    private interface Step {
        void run(Workbench bench) throws StorageException;
    }

    /** Creates the file, all zeros. */
    void open(ImageObject object, Runnable onOpened, Consumer<StorageException> onFailure) {
        submit(
                bench -> file = TargetFile.create(path, object.length(), contentLength(object.chunks()), storage),
                onOpened,
                onFailure);
    }

    private static long contentLength(ChunkTable chunks) {
        long length = 0;
        for (long from = chunks.nextNonZero(0); from < chunks.count(); ) {
            long end = chunks.nextZero(from);
            length += (end - from - 1) * chunks.chunkSize() + chunks.chunkLength(end - 1);
            from = chunks.nextNonZero(end);
        }
        return length;
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
        submit(bench -> file.publish(), onPublished, onFailure);
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

    /** Stops the threads; removes the file unless it was published. */
    @Override
    public void close() {
        if (threads.stopAndJoin(Joining.PATIENCE_NANOS)) {
            discard();
            return;
        }
        LOG.warn("The storage of {} does not answer; what was begun is removed when it does", path);
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
        TargetFile open = file;
        if (open != null) {
            open.close();
        }
    }
}

package dev.mimeo.internal;

import dev.mimeo.ImageTarget;
import dev.mimeo.StorageException;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.manifest.ChunkTable;
import dev.mimeo.protocol.manifest.Manifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The target of an image, on the disk threads. Asked from the protocol thread; answers come on a disk thread, exactly one for
 * each question unless the threads have stopped.
 */
final class ImageWriter implements Discardable {
    private final ImageTarget target;
    private final TargetStorage storage;
    private final DiskThreads threads;
    private final WriteBack writeBack;
    private final Optional<List<BlockSet>> ownBefore;
    private final Watcher watcher;
    private final AtomicLong checkedBytes = new AtomicLong();
    /** Of {@link #checkedBytes}; 0 unless the check runs. */
    private volatile long bytesToCheck;
    /** One for each object of the manifest; empty until they are open. */
    private volatile List<ObjectScan> objects = List.of();
    /** When they are open and checked; null before that was asked for. Of whoever asks. */
    private CompletableFuture<Void> opening;

    /** Hears, on a disk thread, what becomes of the target. */
    interface Watcher {
        /** Nobody. */
        Watcher NONE = new Watcher() {
            @Override
            public void opened(Manifest manifest, List<ObjectScan> objects) {}

            @Override
            public void verified(int index, long chunk) {}
        };

        /** It is open, and what it holds is known. */
        void opened(Manifest manifest, List<ObjectScan> objects) throws StorageException;

        /** A chunk of an object was read back, and matched. */
        void verified(int index, long chunk);
    }

    /** Only {@link Targets} and {@link ImageStore} make them. */
    ImageWriter(
            ImageTarget target,
            TargetStorage storage,
            DiskThreads threads,
            Optional<List<BlockSet>> ownBefore,
            Watcher watcher) {
        this.target = target;
        this.storage = storage;
        this.threads = threads;
        this.writeBack = new WriteBack(threads);
        this.ownBefore = ownBefore;
        this.watcher = watcher;
    }

    /**
     * Opens the target, finds out what it holds of the image, checks that there is room for the rest, and has chunks of zeros
     * read as zeros. What is open already is not looked at again.
     *
     * @param onOpened hears, for each object of the manifest, the chunks with content that are present
     */
    void open(Manifest manifest, Consumer<List<BlockSet>> onOpened, Consumer<StorageException> onFailure) {
        boolean isFirst = opening == null;
        opening = isFirst ? new CompletableFuture<>() : opening;
        opening.whenComplete((opened, failure) -> {
            if (failure == null) {
                onOpened.accept(objects.stream().map(ObjectScan::own).toList());
            } else {
                onFailure.accept((StorageException) failure);
            }
        });
        if (isFirst) {
            open(manifest, opening::completeExceptionally);
        }
    }

    private void open(Manifest manifest, Consumer<StorageException> onFailure) {
        Room room = new Room(ObjectTargets.directory(target), storage);
        threads.submit(
                bench -> objects = ObjectTargets.open(target, ownBefore, manifest, room, storage),
                () -> check(manifest, room, onFailure),
                onFailure);
    }

    private void check(Manifest manifest, Room room, Consumer<StorageException> onFailure) {
        List<ObjectScan> checkable =
                objects.stream().filter(ObjectScan::isCheckable).toList();
        bytesToCheck =
                2 * checkable.stream().mapToLong(scan -> scan.object().length()).sum();
        ChunkPass.start(
                threads,
                checkable,
                ObjectScan::check,
                checkedBytes::addAndGet,
                () -> threads.submit(bench -> begin(room), () -> fill(manifest, onFailure), onFailure),
                onFailure);
    }

    private void begin(Room room) throws StorageException {
        for (ObjectScan object : objects) {
            object.settle();
            room.need(object.neededBytes());
        }
        room.check(target);
        for (ObjectScan object : objects) {
            object.target().begin(object.object().length());
        }
    }

    private void fill(Manifest manifest, Consumer<StorageException> onFailure) {
        ChunkPass.start(
                threads,
                objects.stream().filter(ObjectScan::isFillable).toList(),
                ObjectScan::fill,
                checkedBytes::addAndGet,
                () -> threads.submit(
                        bench -> watcher.opened(manifest, objects),
                        () -> {
                            bytesToCheck = 0;
                            opening.complete(null);
                        },
                        onFailure),
                onFailure);
    }

    /** Returns how many bytes the check has to go through, 0 unless it runs. Any thread. */
    long bytesToCheck() {
        return bytesToCheck;
    }

    /** Returns how many of those are done. Any thread. */
    long checkedBytes() {
        return checkedBytes.get();
    }

    /** Reconstructs a block of the manifest, which stays in memory. */
    void reconstruct(SourceBlock block, Runnable onDone, Consumer<StorageException> onFailure) {
        threads.submit(bench -> BlockWriter.reconstruct(block, bench), onDone, onFailure);
    }

    /** Reconstructs a block of an object and writes it. That it cannot be made durable may be told later, as a failure. */
    void write(int index, SourceBlock block, Runnable onWritten, Consumer<StorageException> onFailure) {
        ObjectTarget object = objects.get(index).target();
        threads.submit(
                bench -> {
                    BlockWriter.reconstruct(block, object, bench);
                    BlockWriter.write(block, object);
                    writeBack.onWritten(object, block.byteCount(), onFailure);
                },
                onWritten,
                onFailure);
    }

    /** Reads a chunk of an object back and hashes it. */
    void hash(int index, long chunk, Consumer<byte[]> onHashed, Consumer<StorageException> onFailure) {
        ObjectScan scan = objects.get(index);
        ChunkTable chunks = scan.object().chunks();
        threads.submit(bench -> {
            byte[] leaf;
            try {
                leaf = BlockWriter.hash(scan.target(), chunk * chunks.chunkSize(), chunks.chunkLength(chunk), bench);
            } catch (StorageException e) {
                onFailure.accept(e);
                return;
            }
            if (chunks.matches(chunk, leaf)) {
                scan.verified(chunk);
                watcher.verified(index, chunk);
            }
            onHashed.accept(leaf);
        });
    }

    /**
     * Returns the chunks of every object that this transfer has verified; empty if it never opened the target. Only of a
     * target whose former content is ignored is that less than what it holds.
     */
    Optional<List<BlockSet>> own() {
        return objects.isEmpty()
                ? ownBefore
                : Optional.of(objects.stream().map(ObjectScan::own).toList());
    }

    /** Makes every object durable, and then puts every object in its place. */
    void publish(Runnable onPublished, Consumer<StorageException> onFailure) {
        threads.submit(
                bench -> {
                    for (ObjectScan object : objects) {
                        object.target().force();
                    }
                    for (ObjectScan object : objects) {
                        object.target().publish();
                    }
                },
                onPublished,
                onFailure);
    }

    /** Returns where the published objects are; empty if they have no paths. */
    List<Path> paths() {
        return objects.stream()
                .map(object -> object.target().path())
                .flatMap(Optional::stream)
                .toList();
    }

    /** Closes the target; keeps what is published, and what is verified. When the threads have stopped. */
    @Override
    public void discard() {
        objects.forEach(object -> object.target().close());
    }
}

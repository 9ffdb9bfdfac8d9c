package dev.mimeo.internal;

import dev.mimeo.StorageException;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.manifest.ChunkTable;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Zeros;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which chunks of an object its target holds already, in two passes that go through the chunks in any order, on
 * several threads: {@link #check} only reads; {@link #fill} copies what an older version has, and writes the zeros that are
 * not sent.
 *
 * <p>Nothing is taken for present that was not read from the target itself and matched. What cannot be read is not there; what
 * the platform calls a hole reads as zeros.
 */
final class ObjectScan {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectScan.class);
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 18).asReadOnlyBuffer();

    private final ImageObject object;
    private final ChunkTable chunks;
    private final ObjectTarget target;
    private final Optional<TargetChannel> older;
    private final long olderLength;
    private final Optional<BlockSet> believed;
    /** What was verified since the passes. Guarded by {@code this}. */
    private final BlockSet verified;
    /** Guarded by {@code this}. */
    private BlockSet present;
    /** Not present, but in the older version. Guarded by {@code this} while the check runs. */
    private BlockSet inOlder;

    private volatile boolean olderDiffers;

    /**
     * Looks at nothing yet.
     *
     * @param believed the only chunks of the target that are looked at; empty if all of what it holds is wanted
     */
    ObjectScan(ImageObject object, ObjectTarget target, Optional<BlockSet> believed) throws StorageException {
        this.object = object;
        this.chunks = object.chunks();
        this.target = target;
        this.believed = believed;
        this.verified = new BlockSet(chunks.count());
        this.older = target.older();
        this.olderLength = older.isPresent() ? older.get().size() : 0;
        this.olderDiffers = believed.isPresent() || olderLength != object.length();
        this.present = new BlockSet(chunks.count());
        this.inOlder = new BlockSet(chunks.count());
    }

    ImageObject object() {
        return object;
    }

    ObjectTarget target() {
        return target;
    }

    /** Returns whether there is something to be checked. */
    boolean isCheckable() {
        return believed.filter(BlockSet::isEmpty).isEmpty() && (target.heldLength() > 0 || older.isPresent());
    }

    /** Returns whether there may be something to be filled, after the check. */
    boolean isFillable() {
        return target.heldLength() > 0 || !inOlder.isEmpty();
    }

    /** First pass: looks for a chunk in the target, and else in the older version. */
    void check(long chunk, Workbench bench) {
        if (chunks.isZero(chunk)) {
            // Only ever set, since other threads look at other chunks meanwhile.
            if (!olderDiffers && !readsAsZeros(older.orElseThrow(), offset(chunk), chunks.chunkLength(chunk), bench)) {
                olderDiffers = true;
            }
        } else if (believed.isPresent() && !believed.get().contains(chunk)) {
            return;
        } else if (isIn(target, target.heldLength(), chunk, bench)) {
            addPresent(chunk);
        } else if (believed.isEmpty() && older.isPresent() && isIn(older.get(), olderLength, chunk, bench)) {
            synchronized (this) {
                inOlder.add(chunk);
            }
        }
    }

    /** Between the passes: decides what of the target is of use; nothing is written to it yet. */
    void settle() throws StorageException {
        boolean isOlderWhole = older.isPresent() && !olderDiffers && inOlder.cardinality() == contentCount();
        if (isOlderWhole) {
            target.keepOlder();
            present = inOlder;
            inOlder = new BlockSet(chunks.count());
        } else if (present.isEmpty()) {
            target.clear();
        }
    }

    /** Returns how many bytes will be written where the file system has no room for them yet. */
    long neededBytes() {
        long needed = 0;
        for (long chunk = chunks.nextNonZero(0); chunk < chunks.count(); chunk = chunks.nextNonZero(chunk + 1)) {
            if (!present.contains(chunk) && target.takesRoom(offset(chunk))) {
                needed += chunks.chunkLength(chunk);
            }
        }
        return needed;
    }

    /** Second pass: copies a chunk from the older version, or has a chunk of zeros read as zeros. */
    void fill(long chunk, Workbench bench) throws StorageException {
        if (chunks.isZero(chunk)) {
            zero(offset(chunk), Math.min(offset(chunk) + chunks.chunkLength(chunk), target.heldLength()), bench);
        } else if (inOlder.contains(chunk)
                && copy(older.orElseThrow(), chunk, bench)
                && isIn(target, object.length(), chunk, bench)) {
            addPresent(chunk);
        }
    }

    /** Returns the chunks that the target holds, those of zeros aside; valid after the last pass. */
    BlockSet present() {
        return present;
    }

    /** A chunk that came was read back, and matched. */
    synchronized void verified(long chunk) {
        verified.add(chunk);
        target.keep();
    }

    /** Returns all that this transfer knows to match. */
    synchronized BlockSet own() {
        BlockSet own = new BlockSet(chunks.count());
        own.addAll(present);
        own.addAll(verified);
        return own;
    }

    private synchronized void addPresent(long chunk) {
        present.add(chunk);
        target.keep();
    }

    private boolean isIn(ByteStore store, long length, long chunk, Workbench bench) {
        int chunkLength = chunks.chunkLength(chunk);
        if (offset(chunk) + chunkLength > length) {
            return false;
        }
        try {
            return !isZero(store, offset(chunk), chunkLength, bench)
                    && chunks.matches(chunk, BlockWriter.hash(store, offset(chunk), chunkLength, bench));
        } catch (StorageException e) {
            LOG.warn("Chunk {} of {} is taken for missing: {}", chunk, object.name(), e.getMessage());
            return false;
        }
    }

    /** Looks only as far as the first byte that is not zero: zeros cost no hashing, content hardly a look. */
    private static boolean isZero(ByteStore store, long offset, int length, Workbench bench) throws StorageException {
        if (store.isHole(offset, length)) {
            return true;
        }
        for (int done = 0; done < length; ) {
            ByteBuffer buffer = bench.buffer();
            buffer.limit(Math.min(buffer.capacity(), length - done));
            store.read(buffer, offset + done);
            if (!Zeros.isZero(buffer.flip())) {
                return false;
            }
            done += buffer.limit();
        }
        return true;
    }

    private boolean readsAsZeros(ByteStore store, long offset, int length, Workbench bench) {
        try {
            return isZero(store, offset, length, bench);
        } catch (StorageException e) {
            LOG.warn("{} cannot be read where it may be zero: {}", object.name(), e.getMessage());
            return false;
        }
    }

    private boolean copy(ByteStore from, long chunk, Workbench bench) throws StorageException {
        int length = chunks.chunkLength(chunk);
        for (int done = 0; done < length; ) {
            ByteBuffer buffer = bench.buffer();
            buffer.limit(Math.min(buffer.capacity(), length - done));
            try {
                from.read(buffer, offset(chunk) + done);
            } catch (StorageException e) {
                LOG.warn("Chunk {} of {} is taken for missing: {}", chunk, object.name(), e.getMessage());
                return false;
            }
            target.write(buffer.flip(), offset(chunk) + done);
            done += buffer.limit();
        }
        return true;
    }

    /** Writes zeros where something else, or nothing, can be read: holes stay holes. */
    private void zero(long from, long to, Workbench bench) throws StorageException {
        for (long at = from; at < to; at += ZEROS.capacity()) {
            int length = (int) Math.min(ZEROS.capacity(), to - at);
            if (!readsAsZeros(target, at, length, bench)) {
                target.write(ZEROS.duplicate().limit(length), at);
            }
        }
    }

    private long contentCount() {
        return chunks.count() - chunks.zeroCount();
    }

    private long offset(long chunk) {
        return chunk * chunks.chunkSize();
    }
}

package dev.mimeo.internal;

import dev.mimeo.StorageException;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.manifest.ChunkHasher;
import dev.mimeo.protocol.manifest.Zeros;
import java.nio.ByteBuffer;

/** Empties blocks on the disk threads: reconstructs what is missing, writes them whole, hashes chunks that are complete. */
final class BlockWriter {
    private BlockWriter() {}

    /** Makes the block complete from any k of its symbols. */
    static void reconstruct(SourceBlock block, Workbench bench) {
        if (!block.isComplete()) {
            bench.coder(block.information()).reconstruct(block);
        }
    }

    /** Writes the bytes of a complete block where they belong. */
    static void write(SourceBlock block, TargetFile target) throws StorageException {
        ByteBuffer bytes = block.memory().duplicate().position(0).limit(block.byteCount());
        target.write(bytes, block.offset());
    }

    /** Returns whether the bytes of a complete block are all zero. */
    static boolean isZero(SourceBlock block) {
        return Zeros.isZero(block.memory().duplicate().position(0).limit(block.byteCount()));
    }

    /** Reads a chunk back and returns its leaf hash, in an array of its own. */
    static byte[] hash(TargetFile target, long offset, int length, Workbench bench) throws StorageException {
        ChunkHasher hasher = bench.newChunk();
        for (int done = 0; done < length; ) {
            ByteBuffer buffer = bench.buffer();
            buffer.limit(Math.min(buffer.capacity(), length - done));
            target.read(buffer, offset + done);
            hasher.update(buffer.flip());
            done += buffer.limit();
        }
        return bench.endChunk();
    }
}

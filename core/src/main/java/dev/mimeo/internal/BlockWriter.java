package dev.mimeo.internal;

import dev.mimeo.StorageException;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.manifest.ChunkHasher;
import dev.mimeo.protocol.manifest.Zeros;
import java.nio.ByteBuffer;
import java.util.BitSet;

/** Empties blocks on the disk threads: reconstructs what is missing, writes them whole, hashes chunks that are complete. */
final class BlockWriter {
    private BlockWriter() {}

    /** Makes the block, of which nothing is known, complete from any k of its symbols. */
    static void reconstruct(SourceBlock block, Workbench bench) {
        if (!block.isComplete()) {
            bench.coder(block.information()).reconstruct(block);
        }
    }

    /** Makes the block complete from any k of its symbols; those that are known are read from the target if need be. */
    static void reconstruct(SourceBlock block, ByteStore target, Workbench bench) throws StorageException {
        if (!block.isComplete()) {
            readKnown(block, target);
        }
        reconstruct(block, bench);
    }

    private static void readKnown(SourceBlock block, ByteStore target) throws StorageException {
        BitSet symbols = block.knownSymbols();
        for (int first = symbols.nextSetBit(0); first >= 0; ) {
            int end = symbols.nextClearBit(first);
            int from = block.symbolPosition(first);
            int to = block.symbolPosition(end);
            int contentEnd = Math.min(to, block.byteCount());
            target.read(block.memory().duplicate().position(from).limit(contentEnd), block.offset() + from);
            for (int i = contentEnd; i < to; i++) {
                block.memory().put(i, (byte) 0);
            }
            first = symbols.nextSetBit(end);
        }
    }

    /** Writes the bytes of a complete block where they belong, but for those that are known to be there. */
    static void write(SourceBlock block, ByteStore target) throws StorageException {
        KnownChunks known = block.known();
        long end = block.offset() + block.byteCount();
        for (long from = known.nextUnknown(block.offset()); from < end; ) {
            long to = Math.min(end, known.nextKnown(from));
            ByteBuffer bytes = block.memory().duplicate();
            bytes.position((int) (from - block.offset())).limit((int) (to - block.offset()));
            target.write(bytes, from);
            from = known.nextUnknown(to);
        }
    }

    /** Returns whether the bytes of a complete block are all zero. */
    static boolean isZero(SourceBlock block) {
        return Zeros.isZero(block.memory().duplicate().position(0).limit(block.byteCount()));
    }

    /** Reads a chunk back and returns its leaf hash, in an array of its own. */
    static byte[] hash(ByteStore target, long offset, int length, Workbench bench) throws StorageException {
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

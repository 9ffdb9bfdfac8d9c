package dev.mimeo.protocol;

import java.util.BitSet;

/**
 * Chunks of an object whose content is known without being sent: to one receiver, because they are zero or its target holds
 * them; to everybody, so that the first pass leaves them out.
 *
 * <p>What is sent are symbols, and blocks of them, which straddle chunks: a source symbol is known if every byte of it lies
 * in known chunks. This rule is the same on both sides. Immutable.
 */
public final class KnownChunks {
    /** Nothing is known. */
    public static final KnownChunks NONE = new KnownChunks(1, new BlockSet(0));

    private final int chunkSize;
    private final BlockSet chunks;

    private interface SymbolRun {
        void accept(long first, long end);
    }

    /**
     * Takes the chunks that are known.
     *
     * @param chunkSize bytes of every chunk but a shorter last one
     * @param chunks a set over all chunks of the object, which nobody changes any more
     */
    public KnownChunks(int chunkSize, BlockSet chunks) {
        this.chunkSize = chunkSize;
        this.chunks = chunks;
    }

    /** Returns whether a chunk is known. */
    public boolean contains(long chunk) {
        return chunk < chunks.size() && chunks.contains(chunk);
    }

    /** Returns the first known byte at or after {@code offset}, or {@link Long#MAX_VALUE}. */
    public long nextKnown(long offset) {
        long chunk = chunks.nextPresent(offset / chunkSize);
        return chunk == chunks.size() ? Long.MAX_VALUE : Math.max(offset, chunk * chunkSize);
    }

    /** Returns the first byte at or after {@code offset} that is not known, which may be beyond the end of the object. */
    public long nextUnknown(long offset) {
        return Math.max(offset, chunks.nextMissing(offset / chunkSize) * chunkSize);
    }

    /** Returns whether some byte of a block is known. */
    public boolean touches(BlockPartition partition, long block) {
        return nextKnown(partition.blockOffset(block)) < end(partition, block);
    }

    /** Returns whether every byte of a block is known. */
    public boolean covers(BlockPartition partition, long block) {
        return nextUnknown(partition.blockOffset(block)) >= end(partition, block);
    }

    /** Returns the first block at or after {@code from} that is known whole, or the number of blocks. */
    public long nextCovered(BlockPartition partition, long from) {
        long block = from;
        while (block < partition.blockCount() && !covers(partition, block)) {
            long known = nextKnown(nextUnknown(partition.blockOffset(block)));
            if (known >= partition.transferLength()) {
                return partition.blockCount();
            }
            block = partition.blockAt(known);
            block += partition.blockOffset(block) < known ? 1 : 0;
        }
        return block;
    }

    /** Returns the first block at or after {@code from} that is not known whole, or the number of blocks. */
    public long nextUncovered(BlockPartition partition, long from) {
        long block = from;
        while (block < partition.blockCount() && covers(partition, block)) {
            long unknown = nextUnknown(partition.blockOffset(block));
            block = unknown < partition.transferLength() ? partition.blockAt(unknown) : partition.blockCount();
        }
        return block;
    }

    /** Returns the blocks that are known whole. */
    public BlockSet blocks(BlockPartition partition) {
        BlockSet blocks = new BlockSet(partition.blockCount());
        for (long from = nextCovered(partition, 0); from < blocks.size(); ) {
            long to = nextUncovered(partition, from);
            blocks.add(from, to);
            from = nextCovered(partition, to);
        }
        return blocks;
    }

    /** Returns the source symbols of a block that are known. */
    public BitSet symbols(BlockPartition partition, long block) {
        BitSet symbols = new BitSet();
        long start = partition.blockOffset(block);
        long before = start / partition.symbolLength();
        eachRun(
                partition,
                start,
                end(partition, block),
                (first, end) -> symbols.set((int) (first - before), (int) (end - before)));
        return symbols;
    }

    /** Returns how many bytes the known symbols of the object have. */
    public long symbolBytes(BlockPartition partition) {
        long[] bytes = {0};
        long length = partition.transferLength();
        eachRun(
                partition,
                0,
                length,
                (first, end) -> bytes[0] +=
                        Math.min(length, end * partition.symbolLength()) - first * partition.symbolLength());
        return bytes[0];
    }

    /** Tells the runs of known symbols from one symbol's start to another's end; symbols are counted through the object. */
    private void eachRun(BlockPartition partition, long start, long end, SymbolRun run) {
        int length = partition.symbolLength();
        for (long from = nextKnown(start); from < end; ) {
            long to = Math.min(end, nextUnknown(from));
            long first = (from + length - 1) / length;
            long last = to == partition.transferLength() ? partition.symbolCount() : to / length;
            if (first < last) {
                run.accept(first, last);
            }
            from = nextKnown(to);
        }
    }

    private static long end(BlockPartition partition, long block) {
        return partition.blockOffset(block) + partition.blockByteCount(block);
    }
}

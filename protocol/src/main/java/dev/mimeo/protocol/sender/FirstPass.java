package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.BlockPartition;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.KnownChunks;
import java.util.BitSet;

/**
 * Which blocks of an object the first pass has still to bring, and which of those are there to be sent.
 *
 * <p>Of an object that is relayed while it arrives not all is there: a block is once every chunk that it touches is. The
 * lowest one that is there goes next; the pass is over when nothing is due, whatever has yet to arrive. What is asked for
 * although it is not there is due as if it had never been left out.
 *
 * <p>Memory: one bit for each block, and three, and one for each chunk, if not all is there at first.
 */
final class FirstPass {
    private final BlockPartition partition;
    /** Chunks that are there; null if all are. */
    private final BlockSet chunks;

    private final KnownChunks here;
    /** Blocks that are not there; null if all are. */
    private final BlockSet absent;

    private final int chunkSize;
    /** What is not sent unless somebody asks for it. */
    private KnownChunks leftOut;

    private BlockSet due;
    /** Those that are due and there: the same set if all are there. */
    private BlockSet ready;
    /** No block before this one is ready. */
    private long lowest;

    /** Everything is there. */
    FirstPass(BlockPartition partition) {
        this.partition = partition;
        this.chunks = null;
        this.here = null;
        this.absent = null;
        this.chunkSize = 0;
        leaveOut(KnownChunks.NONE);
    }

    /** These chunks are there; the set is copied. */
    FirstPass(BlockPartition partition, int chunkSize, BlockSet present) {
        this.partition = partition;
        this.chunkSize = chunkSize;
        this.chunks = new BlockSet(present.size());
        chunks.addAll(present);
        this.here = new KnownChunks(chunkSize, chunks);
        this.absent = complement(here.blocks(partition));
        leaveOut(KnownChunks.NONE);
    }

    private static BlockSet complement(BlockSet blocks) {
        BlockSet others = new BlockSet(blocks.size());
        for (long from = blocks.nextMissing(0); from < blocks.size(); ) {
            long to = blocks.nextPresent(from);
            others.add(from, to);
            from = blocks.nextMissing(to);
        }
        return others;
    }

    /** Leaves these chunks out, and no others; nothing has been taken yet. */
    void leaveOut(KnownChunks known) {
        leftOut = known;
        due = complement(known.blocks(partition));
        ready = due;
        lowest = 0;
        if (absent != null) {
            ready = new BlockSet(due.size());
            for (long block = due.nextPresent(0); block < due.size(); block = due.nextPresent(block + 1)) {
                if (!absent.contains(block)) {
                    ready.add(block);
                }
            }
        }
    }

    /** Returns what is not sent unless somebody asks for it. */
    KnownChunks leftOut() {
        return leftOut;
    }

    /** A chunk is there from now on; returns whether that lets a block go. Ignored where all is there, and twice. */
    boolean onChunk(long chunk) {
        if (chunks == null || !chunks.add(chunk)) {
            return false;
        }
        long end = Math.min(partition.transferLength(), (chunk + 1) * chunkSize);
        boolean lets = false;
        for (long block = partition.blockAt(chunk * chunkSize); block <= partition.blockAt(end - 1); block++) {
            if (here.covers(partition, block)) {
                absent.remove(block);
                lets |= due.contains(block);
                letGo(block);
            }
        }
        return lets;
    }

    private void letGo(long block) {
        if (due.contains(block)) {
            ready.add(block);
            lowest = Math.min(lowest, block);
        }
    }

    /** Returns whether nothing is left to be brought, but for blocks on their way. */
    boolean isOver() {
        return due.isEmpty();
    }

    /** Returns whether a block is due and there. */
    boolean hasNext() {
        return !ready.isEmpty();
    }

    /** Returns the next block. */
    long next() {
        lowest = ready.nextPresent(lowest);
        return lowest;
    }

    /** The next block is on its way. */
    void onTaken() {
        long block = next();
        due.remove(block);
        if (ready != due) {
            ready.remove(block);
        }
    }

    /** Returns whether the pass will bring a block. */
    boolean brings(long block) {
        return due.contains(block);
    }

    /** Returns the first block at or after {@code from} that the pass does not bring any more, or the number of blocks. */
    long nextBrought(long from) {
        return due.nextMissing(from);
    }

    /** Returns the first block at or after {@code from} that the pass will bring, or the number of blocks. */
    long nextDue(long from) {
        return due.nextPresent(from);
    }

    /** Blocks {@code from} (inclusive) to {@code to} (exclusive) are asked for: those that are not there will be brought. */
    void want(long from, long to) {
        if (absent == null) {
            return;
        }
        for (long first = absent.nextPresent(from); first < to; ) {
            long end = Math.min(to, absent.nextMissing(first));
            due.add(first, end);
            first = absent.nextPresent(end);
        }
    }

    /** Returns the source symbols of a block that are not sent: none of one that was left out whole, and asked for since. */
    BitSet symbolsLeftOut(long block) {
        return leftOut.covers(partition, block) ? new BitSet() : leftOut.symbols(partition, block);
    }
}

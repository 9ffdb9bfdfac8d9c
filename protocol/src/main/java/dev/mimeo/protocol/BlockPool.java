package dev.mimeo.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The blocks that images travel through, within a fixed amount of memory.
 *
 * <p>Memory is allocated when a block is first needed, never more than the limit in all. {@link #tryAcquire} is empty when
 * all of it is out; a sender then waits for a block to come back, a receiver drops the symbol and asks for it again.
 *
 * <p>All blocks have one capacity: what the largest object so far needs, rounded up by at most an eighth, so that it can
 * grow only a few hundred times whatever a sender claims. It grows when no block is out; it never shrinks. Confined to the
 * protocol thread.
 */
public final class BlockPool {
    /** A receiver cannot go on with fewer blocks than this: one arrives, one is written. */
    private static final int FEWEST_BLOCKS = 2;

    private final long memoryLimit;
    private final IntFunction<ByteBuffer> allocator;
    private final ArrayDeque<SourceBlock> free = new ArrayDeque<>();
    private int blockCapacity;
    private int out;

    /**
     * Makes a pool that allocates nothing yet.
     *
     * @param memoryLimit bytes in all blocks together, parity included
     * @param allocator makes the memory of one block, {@code ByteBuffer::allocateDirect} for instance
     */
    public BlockPool(long memoryLimit, IntFunction<ByteBuffer> allocator) {
        if (memoryLimit < 1) {
            throw new IllegalArgumentException("a pool of " + memoryLimit + " bytes cannot hold a block");
        }
        this.memoryLimit = memoryLimit;
        this.allocator = allocator;
    }

    /** Returns the memory that one block of an object takes from a pool, in bytes. */
    public static long blockLength(TransmissionInformation information) {
        long symbols = (long) information.maximumBlockLength() + information.parityCount();
        long length = symbols * information.symbolLength();
        long step = Math.max(1, Long.highestOneBit(length) / 8);
        return (length + step - 1) / step * step;
    }

    /** Returns whether blocks of an object fit at all: two of them. */
    public boolean fits(TransmissionInformation information) {
        return blockLength(information) <= Math.min(Integer.MAX_VALUE, memoryLimit / FEWEST_BLOCKS);
    }

    /**
     * Takes a block out and opens it. Empty if all are out, or if they are too small for the object and cannot grow before
     * the others have come back. The object must {@linkplain #fits fit}.
     */
    public Optional<SourceBlock> tryAcquire(
            ObjectId object, TransmissionInformation information, BlockPartition partition, long blockNumber) {
        int needed = (int) blockLength(information);
        if (needed > blockCapacity) {
            if (out > 0) {
                return Optional.empty();
            }
            free.clear();
            blockCapacity = needed;
        }
        if (available() == 0) {
            return Optional.empty();
        }
        SourceBlock block = free.isEmpty() ? new SourceBlock(allocator.apply(blockCapacity)) : free.pop();
        block.open(object, information, partition, blockNumber);
        out++;
        return Optional.of(block);
    }

    /** Takes a block back. Its content is forgotten. */
    public void release(SourceBlock block) {
        assert out > 0 && !free.contains(block) : "released twice: " + block;
        free.push(block);
        out--;
    }

    /** Returns how many more blocks can be taken out now; 0 before the first one was. */
    public int available() {
        return blockCapacity == 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, memoryLimit / blockCapacity) - out;
    }

    /** Returns how many blocks are out. */
    public int out() {
        return out;
    }

    /** Returns how much memory there is, in bytes. */
    public long memoryLimit() {
        return memoryLimit;
    }

    /** Returns how much memory is not out, in bytes. */
    public long freeBytes() {
        return memoryLimit - (long) out * blockCapacity;
    }
}

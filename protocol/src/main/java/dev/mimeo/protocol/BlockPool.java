package dev.mimeo.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A fixed set of blocks: the limit of the memory that images travel through.
 *
 * <p>Memory is allocated when a block is first needed, never more than {@code blockCapacity * blockCount} bytes in all.
 * {@link #tryAcquire} is empty when all blocks are out; a sender then waits for one to come back, a receiver drops the
 * symbol and asks for it again. Confined to the protocol thread.
 */
public final class BlockPool {
    private final int blockCapacity;
    private final int blockCount;
    private final IntFunction<ByteBuffer> allocator;
    private final ArrayDeque<SourceBlock> free = new ArrayDeque<>();
    private int allocated;

    /**
     * Makes a pool that allocates nothing yet.
     *
     * @param blockCapacity bytes in one block, parity included
     * @param blockCount blocks that may be out at once
     * @param allocator makes the memory of one block, {@code ByteBuffer::allocateDirect} for instance
     */
    public BlockPool(int blockCapacity, int blockCount, IntFunction<ByteBuffer> allocator) {
        if (blockCapacity < 1 || blockCount < 1) {
            throw new IllegalArgumentException(
                    "a pool of " + blockCount + " blocks of " + blockCapacity + " bytes cannot hold a block");
        }
        this.blockCapacity = blockCapacity;
        this.blockCount = blockCount;
        this.allocator = allocator;
    }

    /** Returns whether blocks of an object fit at all. */
    public boolean fits(TransmissionInformation information) {
        long symbols = (long) information.maximumBlockLength() + information.parityCount();
        return symbols * information.symbolLength() <= blockCapacity;
    }

    /**
     * Takes a block out and opens it, or returns empty if all are out.
     *
     * @throws IllegalArgumentException if blocks of the object do not {@linkplain #fits fit}
     */
    public Optional<SourceBlock> tryAcquire(
            ObjectId object, TransmissionInformation information, BlockPartition partition, long blockNumber) {
        if (!fits(information)) {
            throw new IllegalArgumentException(information + " does not fit in blocks of " + blockCapacity + " bytes");
        }
        SourceBlock block = free.poll();
        if (block == null) {
            if (allocated == blockCount) {
                return Optional.empty();
            }
            block = new SourceBlock(allocator.apply(blockCapacity));
            allocated++;
        }
        block.open(object, information, partition, blockNumber);
        return Optional.of(block);
    }

    /** Takes a block back. Its content is forgotten. */
    public void release(SourceBlock block) {
        assert free.size() < allocated && !free.contains(block) : "released twice: " + block;
        free.push(block);
    }

    /** Returns how many more blocks can be taken out now. */
    public int available() {
        return free.size() + blockCount - allocated;
    }

    /** Returns how many blocks can be out at once. */
    public int capacity() {
        return blockCount;
    }

    /** Returns the number of bytes in one block. */
    public int blockCapacity() {
        return blockCapacity;
    }
}

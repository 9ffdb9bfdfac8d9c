package dev.mimeo.benchmarks;

import dev.mimeo.protocol.BlockPartition;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import java.nio.ByteBuffer;
import java.util.Random;

/** The object that all benchmarks move: 32 blocks of 128 symbols that fill datagrams of 1,500-byte frames. */
final class Shape {
    static final int SYMBOL_COUNT = 128;
    static final int SYMBOL_LENGTH = 1_408;
    static final int BLOCK_LENGTH = SYMBOL_COUNT * SYMBOL_LENGTH;

    /** Enough blocks that going through them in turn finds them in the outer cache, as if a disk had filled them. */
    static final int BLOCK_COUNT = 32;

    static final ObjectId OBJECT = new ObjectId(1);

    private static final long SEED = 1;

    private final TransmissionInformation information;
    private final BlockPartition partition;

    Shape(FecEncoding encoding, int parityCount) {
        information = new TransmissionInformation(
                encoding, (long) BLOCK_COUNT * BLOCK_LENGTH, SYMBOL_LENGTH, SYMBOL_COUNT, parityCount);
        partition = information.partition();
    }

    TransmissionInformation information() {
        return information;
    }

    /** Makes a block empty. Its memory keeps what it held. */
    void open(SourceBlock block, int blockNumber) {
        block.open(OBJECT, information, partition, blockNumber);
    }

    /** Returns all blocks, with memory of their own outside the heap, and no symbol in them. */
    SourceBlock[] emptyBlocks() {
        SourceBlock[] blocks = new SourceBlock[BLOCK_COUNT];
        for (int i = 0; i < BLOCK_COUNT; i++) {
            int capacity = SYMBOL_LENGTH * (SYMBOL_COUNT + information.parityCount());
            blocks[i] = SourceBlock.standalone(ByteBuffer.allocateDirect(capacity));
            open(blocks[i], i);
        }
        return blocks;
    }

    /** Returns all blocks with random source symbols, the same ones each time, and no parity. */
    SourceBlock[] completeBlocks() {
        Random random = new Random(SEED);
        byte[] content = new byte[BLOCK_LENGTH];
        SourceBlock[] blocks = emptyBlocks();
        for (SourceBlock block : blocks) {
            random.nextBytes(content);
            block.memory().put(0, content);
            block.mark(0, SYMBOL_COUNT);
        }
        return blocks;
    }

    /** Stops a benchmark whose subject is wrong. */
    static void require(boolean holds, String claim) {
        if (!holds) {
            throw new IllegalStateException("not worth timing, this does not hold: " + claim);
        }
    }
}

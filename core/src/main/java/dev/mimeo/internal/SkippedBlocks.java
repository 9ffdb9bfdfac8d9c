package dev.mimeo.internal;

import dev.mimeo.protocol.BlockPartition;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.manifest.ChunkTable;
import java.util.Optional;

/** Which blocks of an object need not be sent: those that lie within chunks of zeros, which receivers know already. */
final class SkippedBlocks {
    private SkippedBlocks() {}

    /** Returns the blocks without content; empty if every block has some. */
    static Optional<BlockSet> of(ChunkTable chunks, int chunkSize, BlockPartition partition) {
        BlockSet skipped = new BlockSet(partition.blockCount());
        for (long block = 0; block < partition.blockCount(); block++) {
            long start = partition.blockOffset(block);
            long last = start + partition.blockByteCount(block) - 1;
            if (chunks.nextNonZero(start / chunkSize) > last / chunkSize) {
                skipped.add(block);
            }
        }
        return skipped.isEmpty() ? Optional.empty() : Optional.of(skipped);
    }
}

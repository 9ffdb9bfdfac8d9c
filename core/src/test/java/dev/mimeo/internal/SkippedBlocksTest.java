package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.BlockPartition;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.manifest.ChunkTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SkippedBlocksTest {
    private static final int CHUNK = 4096;

    @Test
    void aBlockIsSkippedOnlyIfItLiesWhollyInZeros() {
        // Chunks: content, zero, zero, zero, content, zero (short). Blocks of 3,000 bytes.
        ChunkTable chunks = table(5L * CHUNK + 100, false, true, true, true, false, true);
        // Block 1 begins in chunk 0; blocks 2 to 4 end at 15,000 within chunk 3; block 5 ends in chunk 4.
        assertThat(skipped(chunks, new BlockPartition(5L * CHUNK + 100, 1000, 3)))
                .containsExactly(2L, 3L, 4L);
    }

    @Test
    void withoutZerosNothingIsSkipped() {
        assertThat(SkippedBlocks.of(table(CHUNK, false), CHUNK, new BlockPartition(CHUNK, 1000, 3)))
                .isEmpty();
    }

    @Test
    void withZerosOnlyEverythingIsSkipped() {
        Optional<BlockSet> skipped =
                SkippedBlocks.of(table(2L * CHUNK, true, true), CHUNK, new BlockPartition(2L * CHUNK, 1000, 3));
        assertThat(skipped).hasValueSatisfying(set -> assertThat(set.isFull()).isTrue());
    }

    private static List<Long> skipped(ChunkTable chunks, BlockPartition partition) {
        BlockSet set = SkippedBlocks.of(chunks, CHUNK, partition).orElseThrow();
        List<Long> blocks = new ArrayList<>();
        for (long block = set.nextPresent(0); block < set.size(); block = set.nextPresent(block + 1)) {
            blocks.add(block);
        }
        return blocks;
    }

    private static ChunkTable table(long length, boolean... zeros) {
        ChunkTable.Builder table = new ChunkTable.Builder(length, CHUNK);
        for (boolean zero : zeros) {
            if (zero) {
                table.addZero();
            } else {
                table.add(new byte[32]);
            }
        }
        return table.build();
    }
}

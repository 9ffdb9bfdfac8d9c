package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KnownChunksTest {
    private static final long SEED = 5740;

    @Test
    void aSymbolIsKnownOnlyIfAllOfItLiesInKnownChunks() {
        // Chunks of 4,000 bytes: 1 to 3 and the short last one, 5, are known. Symbols of 1,500, four to a block.
        BlockPartition partition = new BlockPartition(20_100, 1_500, 4);
        KnownChunks known = known(4_000, 6, 1, 2, 3, 5);

        assertThat(known.symbols(partition, 0).toString()).isEqualTo("{3}");
        assertThat(known.symbols(partition, 1).toString()).isEqualTo("{0, 1, 2, 3}");
        assertThat(known.symbols(partition, 2).toString()).isEqualTo("{0, 1}");
        assertThat(known.symbols(partition, 3).toString()).isEqualTo("{}");
        assertThat(known.covers(partition, 1)).isTrue();
        assertThat(known.touches(partition, 3)).isTrue();
        assertThat(known.symbolBytes(partition)).isEqualTo(7 * 1_500);
        assertThat(known.nextKnown(0)).isEqualTo(4_000);
        assertThat(known.nextUnknown(5_000)).isEqualTo(16_000);
        assertThat(known.nextKnown(16_001)).isEqualTo(20_000);
    }

    @Test
    void theShortLastSymbolIsKnownWithTheChunksThatItLiesIn() {
        BlockPartition partition = new BlockPartition(8_100, 1_000, 3);

        assertThat(known(4_000, 3, 2).symbols(partition, 2).toString()).isEqualTo("{2}");
        assertThat(known(4_000, 3, 2).symbolBytes(partition)).isEqualTo(100);
        assertThat(known(4_000, 3, 1).symbols(partition, 2).toString()).isEqualTo("{0, 1}");
    }

    @Test
    void ofNothingNothingIsKnown() {
        BlockPartition partition = new BlockPartition(20_100, 1_500, 4);

        assertThat(KnownChunks.NONE.symbols(partition, 0).isEmpty()).isTrue();
        assertThat(KnownChunks.NONE.blocks(partition).isEmpty()).isTrue();
        assertThat(KnownChunks.NONE.touches(partition, 3)).isFalse();
        assertThat(KnownChunks.NONE.contains(0)).isFalse();
        assertThat(KnownChunks.NONE.symbolBytes(partition)).isZero();
        assertThat(KnownChunks.NONE.nextUnknown(17)).isEqualTo(17);
        assertThat(KnownChunks.NONE.nextKnown(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void everyLayoutAgreesWithLookingAtEachByte() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 20_000; i++) {
            int length = random.nextInt(1, 200);
            BlockPartition partition = new BlockPartition(length, random.nextInt(1, 12), random.nextInt(1, 9));
            int chunkSize = random.nextInt(1, 40);
            BlockSet chunks = new BlockSet((length + chunkSize - 1) / chunkSize);
            for (long chunk = 0; chunk < chunks.size(); chunk++) {
                if (random.nextInt(3) > 0) {
                    chunks.add(chunk);
                }
            }
            compare(partition, chunkSize, chunks);
        }
    }

    private static void compare(BlockPartition partition, int chunkSize, BlockSet chunks) {
        KnownChunks known = new KnownChunks(chunkSize, chunks);
        BlockSet covered = new BlockSet(partition.blockCount());
        long bytes = 0;
        for (long block = 0; block < partition.blockCount(); block++) {
            BitSet symbols = new BitSet();
            for (int symbol = 0; symbol < partition.blockLength(block); symbol++) {
                long from = partition.blockOffset(block) + (long) symbol * partition.symbolLength();
                int length = partition.symbolByteCount(block, symbol);
                if (isKnown(from, length, chunkSize, chunks)) {
                    symbols.set(symbol);
                    bytes += length;
                }
            }
            assertThat(known.symbols(partition, block)).isEqualTo(symbols);
            boolean whole = symbols.cardinality() == partition.blockLength(block);
            assertThat(known.covers(partition, block)).isEqualTo(whole);
            if (whole) {
                covered.add(block);
            }
        }
        assertThat(known.symbolBytes(partition)).isEqualTo(bytes);
        BlockSet blocks = known.blocks(partition);
        for (long block = 0; block <= partition.blockCount(); block++) {
            assertThat(known.nextCovered(partition, block)).isEqualTo(covered.nextPresent(block));
            assertThat(known.nextUncovered(partition, block)).isEqualTo(covered.nextMissing(block));
            assertThat(blocks.nextPresent(block)).isEqualTo(covered.nextPresent(block));
        }
    }

    private static boolean isKnown(long from, int length, int chunkSize, BlockSet chunks) {
        for (long at = from; at < from + length; at++) {
            if (!chunks.contains(at / chunkSize)) {
                return false;
            }
        }
        return true;
    }

    private static KnownChunks known(int chunkSize, int count, long... known) {
        BlockSet chunks = new BlockSet(count);
        for (long chunk : known) {
            chunks.add(chunk);
        }
        return new KnownChunks(chunkSize, chunks);
    }
}

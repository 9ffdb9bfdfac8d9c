package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mimeo.protocol.kit.Fault;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockPartitionTest {
    private static final long SEED = 5052;

    /** What the reference implementation was seen to do: bytes, E, B, then T, N, A_large, A_small, I. */
    @ParameterizedTest
    @CsvSource({
        "64, 16, 4, 4, 1, 4, 4, 0",
        "59, 16, 4, 4, 1, 4, 4, 0",
        "96, 16, 4, 6, 2, 3, 3, 0",
        "71, 16, 4, 5, 2, 3, 2, 1",
        "5, 16, 4, 1, 1, 1, 1, 0",
        "3000000, 1400, 64, 2143, 34, 64, 63, 1",
        "2000000, 1400, 32, 1429, 45, 32, 31, 34",
        "100000000, 1400, 64, 71429, 1117, 64, 63, 1058",
        "400000000000, 1400, 223, 285714286, 1281230, 223, 222, 1281226",
        "400000000000, 8900, 128, 44943821, 351124, 128, 127, 351073",
        "1, 1400, 64, 1, 1, 1, 1, 0",
    })
    void agreesWithTheReference(
            long length, int symbolLength, int maximum, long symbols, long blocks, int large, int small, long larger) {
        BlockPartition partition = new BlockPartition(length, symbolLength, maximum);

        assertThat(partition.symbolCount()).isEqualTo(symbols);
        assertThat(partition.blockCount()).isEqualTo(blocks);
        assertThat(partition.largeBlockCount()).isEqualTo(larger);
        assertThat(partition.blockLength(0)).isEqualTo(larger > 0 ? large : small);
        assertThat(partition.blockLength(Math.max(larger - 1, 0))).isEqualTo(large);
        assertThat(partition.blockLength(blocks - 1)).isEqualTo(small);
    }

    @Test
    void everySmallObjectIsCoveredOnceAndInOrder() {
        int objects = 0;
        for (int symbolLength = 1; symbolLength <= 5; symbolLength++) {
            for (int maximum = 1; maximum <= 9; maximum++) {
                for (int length = 1; length <= 150; length++) {
                    walk(length, symbolLength, maximum);
                    objects++;
                }
            }
        }
        assertThat(objects).isEqualTo(5 * 9 * 150);
    }

    /** Goes through an object symbol by symbol, and expects the partition to say so. */
    private static void walk(int length, int symbolLength, int maximum) {
        String object = length + " bytes in symbols of " + symbolLength + ", blocks of " + maximum;
        BlockPartition partition = new BlockPartition(length, symbolLength, maximum);
        int shortest = Integer.MAX_VALUE;
        int longest = 0;
        long large = 0;
        long symbols = 0;
        long offset = 0;
        for (long block = 0; block < partition.blockCount(); block++) {
            assertThat(partition.blockOffset(block)).as(object).isEqualTo(offset);
            int blockLength = partition.blockLength(block);
            assertThat(blockLength).as(object).isBetween(1, maximum);
            assertThat(blockLength)
                    .as("no block is longer than one before it: %s", object)
                    .isLessThanOrEqualTo(Math.min(shortest, maximum));
            shortest = Math.min(shortest, blockLength);
            longest = Math.max(longest, blockLength);
            large += blockLength == longest ? 1 : 0;
            int bytesInBlock = 0;
            for (int symbol = 0; symbol < blockLength; symbol++) {
                int bytes = partition.symbolByteCount(block, symbol);
                boolean last = offset + symbolLength >= length;
                assertThat(bytes).as(object).isEqualTo(last ? length - offset : symbolLength);
                for (int at = 0; at < bytes; at++) {
                    assertThat(partition.blockAt(offset + at)).as(object).isEqualTo(block);
                }
                offset += bytes;
                bytesInBlock += bytes;
                symbols++;
            }
            assertThat(partition.blockByteCount(block)).as(object).isEqualTo(bytesInBlock);
        }
        assertThat(offset).as(object).isEqualTo(length);
        assertThat(symbols).as(object).isEqualTo(partition.symbolCount());
        assertThat(longest - shortest).as(object).isBetween(0, 1);
        assertThat(partition.largeBlockCount()).as(object).isEqualTo(longest == shortest ? 0 : large);
        assertThat(partition.blockCount())
                .as("as few blocks as possible: %s", object)
                .isEqualTo((symbols + maximum - 1) / maximum);
    }

    @Fault("F45")
    @Test
    void nothingOverflowsUpToTheLargestObjects() {
        Random random = new Random(SEED);
        for (int trial = 0; trial < 20_000; trial++) {
            long length = TransmissionInformation.LARGEST_TRANSFER_LENGTH >>> random.nextInt(48);
            length -= (long) (random.nextDouble() * length / 2);
            int symbolLength = 1 + random.nextInt(0xffff);
            int maximum = 1 + random.nextInt(trial % 2 == 0 ? 255 : 0x7fff);
            String object = length + " bytes in symbols of " + symbolLength + ", blocks of " + maximum;
            BlockPartition partition = new BlockPartition(length, symbolLength, maximum);
            long last = partition.blockCount() - 1;
            long block = (long) (random.nextDouble() * last);

            assertThat(partition.blockOffset(last) + partition.blockByteCount(last))
                    .as(object)
                    .isEqualTo(length);
            assertThat(partition.blockAt(length - 1)).as(object).isEqualTo(last);
            assertThat(partition.blockAt(partition.blockOffset(block)))
                    .as(object)
                    .isEqualTo(block);
            assertThat(partition.blockAt(partition.blockOffset(block) + partition.blockByteCount(block) - 1))
                    .as(object)
                    .isEqualTo(block);
            if (block < last) {
                assertThat((long) partition.blockLength(block) * symbolLength)
                        .as(object)
                        .isEqualTo(partition.blockByteCount(block));
            }
        }
    }

    @Test
    void theLargestObjectInTheSmallestSymbolsIsCut() {
        BlockPartition partition = new BlockPartition(TransmissionInformation.LARGEST_TRANSFER_LENGTH, 1, 1);

        assertThat(partition.blockCount()).isEqualTo(TransmissionInformation.LARGEST_TRANSFER_LENGTH);
        assertThat(partition.blockOffset(partition.blockCount() - 1)).isEqualTo(partition.blockCount() - 1);
    }

    @Test
    void nothingIsCutIntoNoBlocks() {
        BlockPartition partition = new BlockPartition(0, 16, 4);

        assertThat(partition.symbolCount()).isZero();
        assertThat(partition.blockCount()).isZero();
        assertThat(partition.largeBlockCount()).isZero();
    }

    @Test
    void whatCannotBeCutIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockPartition(-1, 16, 4));
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockPartition(1, 0, 4));
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockPartition(1, 16, 0));
    }
}

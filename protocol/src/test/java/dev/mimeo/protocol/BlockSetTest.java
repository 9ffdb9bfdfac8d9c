package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Everything a set can do, beside a {@link BitSet} that does the same. */
class BlockSetTest {
    private static final long SEED = 64;

    @Test
    void randomOperationsAgreeWithABitSet() {
        Random random = new Random(SEED);
        for (int size : new int[] {1, 2, 63, 64, 65, 127, 128, 129, 1_000}) {
            BlockSet set = new BlockSet(size);
            BitSet expected = new BitSet();
            for (int step = 0; step < 2_000; step++) {
                int block = random.nextInt(size);
                switch (random.nextInt(4)) {
                    case 0 -> {
                        assertThat(set.add(block)).isEqualTo(!expected.get(block));
                        expected.set(block);
                    }
                    case 1, 2 -> {
                        assertThat(set.remove(block)).isEqualTo(expected.get(block));
                        expected.clear(block);
                    }
                    default -> {
                        int end = block + random.nextInt(Math.min(size - block, 200) + 1);
                        set.add(block, end);
                        expected.set(block, end);
                    }
                }
                requireSame(set, expected, random.nextInt(size + 2));
                if (random.nextInt(200) == 0) {
                    set.add(0, size);
                    expected.set(0, size);
                    assertThat(set.isFull()).isTrue();
                }
            }
        }
    }

    @Test
    void everyRangeAcrossThreeWordsIsAddedWhole() {
        int ranges = 0;
        for (int from = 0; from <= 140; from++) {
            for (int to = from; to <= 140; to++) {
                BlockSet set = new BlockSet(140);
                BitSet expected = new BitSet();
                if (from > 0) {
                    set.add(from - 1);
                    expected.set(from - 1);
                }
                set.add(from, to);
                expected.set(from, to);
                requireSame(set, expected, 0);
                requireSame(set, expected, to);
                ranges++;
            }
        }
        assertThat(ranges).isEqualTo(141 * 142 / 2);
    }

    @Test
    void walkingVisitsPresentAndMissingBlocksInOrder() {
        BlockSet set = new BlockSet(200);
        set.add(63);
        set.add(64);
        set.add(130, 200);

        assertThat(set.nextPresent(0)).isEqualTo(63);
        assertThat(set.nextPresent(64)).isEqualTo(64);
        assertThat(set.nextPresent(65)).isEqualTo(130);
        assertThat(set.nextMissing(63)).isEqualTo(65);
        assertThat(set.nextMissing(130)).isEqualTo(200);
        assertThat(set.nextMissing(200)).isEqualTo(200);
        assertThat(set.nextPresent(1_000)).isEqualTo(200);
    }

    @Test
    void sparesOfTheLastWordAreNotBlocks() {
        BlockSet set = new BlockSet(65);
        assertThat(set.nextMissing(64)).isEqualTo(64);
        set.add(0, 65);

        assertThat(set.isFull()).isTrue();
        assertThat(set.nextMissing(0)).isEqualTo(65);
        assertThatThrownBy(() -> set.add(65)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> set.add(60, 66)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> set.remove(65)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> set.contains(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(set.cardinality()).isEqualTo(65);
    }

    @Test
    void blockNumbersBeyondAnIntAreHeld() {
        long size = (1L << 31) + 1;
        BlockSet set = new BlockSet(size);

        set.add(size - 3, size);

        assertThat(set.cardinality()).isEqualTo(3);
        assertThat(set.nextPresent(0)).isEqualTo(size - 3);
        assertThat(set.contains(size - 1)).isTrue();
        assertThat(set.contains(0)).isFalse();
        assertThat(set.nextMissing(size - 3)).isEqualTo(size);
    }

    @Test
    void aSetOverNothingIsFullAndEmpty() {
        BlockSet set = new BlockSet(0);

        assertThat(set.isFull()).isTrue();
        assertThat(set.isEmpty()).isTrue();
        assertThat(set.nextMissing(0)).isZero();
        assertThat(set.nextPresent(0)).isZero();
    }

    @Test
    void sizesOutsideTheLimitsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockSet(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockSet((1L << 36) + 1));
    }

    private static void requireSame(BlockSet set, BitSet expected, int from) {
        int size = (int) set.size();
        assertThat(set.cardinality()).isEqualTo(expected.cardinality());
        assertThat(set.isEmpty()).isEqualTo(expected.isEmpty());
        assertThat(set.isFull()).isEqualTo(expected.cardinality() == size);
        int present = expected.nextSetBit(from);
        assertThat(set.nextPresent(from)).isEqualTo(present < 0 ? size : present);
        assertThat(set.nextMissing(from)).isEqualTo(Math.min(size, expected.nextClearBit(from)));
        if (from < size) {
            assertThat(set.contains(from)).isEqualTo(expected.get(from));
        }
    }
}

package dev.mimeo.protocol.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChunkTableTest {
    private static final int SIZE = 4096;

    @Test
    void anEmptyObjectHasNoChunksAndTheRootOfTheEmptyTree() {
        ChunkTable table = new ChunkTable.Builder(0, SIZE).build();
        assertThat(table.count()).isZero();
        assertThat(table.zeroRunCount()).isZero();
        assertThat(table.nextZero(0)).isZero();
        assertThat(table.nextNonZero(0)).isZero();
        assertThat(table.root()).hasToString("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThatThrownBy(() -> table.isZero(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void zeroChunksHaveTheHashOfTheirZerosTheLastOneOfFewer() {
        ChunkTable table = zeros(3 * SIZE + 5);
        assertThat(table.count()).isEqualTo(4);
        assertThat(table.zeroCount()).isEqualTo(4);
        assertThat(table.zeroRunCount()).isEqualTo(1);
        assertThat(table.chunkLength(2)).isEqualTo(SIZE);
        assertThat(table.chunkLength(3)).isEqualTo(5);
        assertThat(table.digest(2).bytes()).isEqualTo(MerkleTreeTest.leaf(new byte[SIZE]));
        assertThat(table.digest(3).bytes()).isEqualTo(MerkleTreeTest.leaf(new byte[5]));
        assertThat(table.matches(3, MerkleTreeTest.leaf(new byte[5]))).isTrue();
        assertThat(table.matches(3, MerkleTreeTest.leaf(new byte[SIZE]))).isFalse();
        assertThat(table.matches(2, MerkleTreeTest.leaf(new byte[5]))).isFalse();
        assertThat(table.matches(2, new byte[0])).isFalse();
    }

    @Test
    void aLeafHashOfZerosCountsAsAZeroChunk() {
        ChunkTable.Builder listed = new ChunkTable.Builder(2 * SIZE + 5, SIZE);
        listed.add(MerkleTreeTest.leaf(new byte[SIZE]));
        listed.add(MerkleTreeTest.leaf(new byte[SIZE]));
        listed.add(MerkleTreeTest.leaf(new byte[5]));
        assertThat(listed.build()).isEqualTo(zeros(2 * SIZE + 5)).hasSameHashCodeAs(zeros(2 * SIZE + 5));
    }

    @Test
    void tablesOfDifferentContentDiffer() {
        assertThat(zeros(2 * SIZE)).isNotEqualTo(zeros(2 * SIZE - 1)).isNotEqualTo(zeros(3 * SIZE));
        ChunkTable otherSize =
                new ChunkTable.Builder(2 * SIZE, 2 * SIZE).addZero().build();
        assertThat(zeros(2 * SIZE)).isNotEqualTo(otherSize);
        assertThat(table(new boolean[] {true, false}, 0)).isNotEqualTo(table(new boolean[] {false, true}, 0));
        assertThat(table(new boolean[] {true, false}, 0)).isNotEqualTo(zeros(2 * SIZE));
    }

    @Test
    void everyPatternOfTwelveChunksAnswersAsAListWould() {
        int cases = 0;
        for (int pattern = 0; pattern < 1 << 12; pattern++) {
            boolean[] zero = new boolean[12];
            for (int i = 0; i < 12; i++) {
                zero[i] = (pattern >> i & 1) == 1;
            }
            check(zero, pattern % 3 == 0 ? 0 : pattern % SIZE);
            cases++;
        }
        assertThat(cases).isEqualTo(4096);
    }

    @Test
    void longRandomPatternsAnswerAsAListWould() {
        Random random = new Random(7);
        for (int i = 0; i < 20; i++) {
            boolean[] zero = new boolean[random.nextInt(3_000)];
            int persistence = 1 + random.nextInt(30);
            for (int c = 1; c < zero.length; c++) {
                zero[c] = zero[c - 1] ^ random.nextInt(persistence) == 0;
            }
            check(zero, 0);
        }
    }

    @Test
    void lookupsAllocateNothing() {
        boolean[] zero = new boolean[1000];
        for (int i = 0; i < zero.length; i += 3) {
            zero[i] = true;
        }
        ChunkTable table = table(zero, 0);
        byte[] leaf = leaf(1);
        assertThat(Allocation.bytesOf(() -> {
                    for (int c = 0; c < 1000; c++) {
                        table.isZero(c);
                        table.matches(c, leaf);
                        table.nextZero(c);
                        table.nextNonZero(c);
                    }
                }))
                .isLessThan(2_000);
    }

    @Test
    void buildsExactlyTheChunksOfTheObjectOnce() {
        ChunkTable.Builder builder = new ChunkTable.Builder(SIZE + 1, SIZE).addZero();
        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessage("1 chunks were added; the object has 2");
        builder.add(leaf(1));
        assertThatIllegalStateException().isThrownBy(builder::addZero);
        assertThatIllegalStateException().isThrownBy(() -> builder.add(leaf(2)));
        builder.build();
        assertThatIllegalStateException().isThrownBy(builder::build);
        assertThatIllegalArgumentException().isThrownBy(() -> new ChunkTable.Builder(SIZE, SIZE).add(new byte[31]));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChunkTable.Builder(-1, SIZE));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChunkTable.Builder(1, 5000));
    }

    @Test
    void thirtyTwoBytesForEachChunkWithContent() {
        Random random = new Random(3);
        byte[] leaf = new byte[32];
        long allocated = Allocation.bytesOf(() -> {
            ChunkTable.Builder builder = new ChunkTable.Builder(65_536L << 20, 1 << 20);
            for (int i = 0; i < 65_536; i++) {
                random.nextBytes(leaf);
                builder.add(leaf);
            }
            builder.build();
        });
        assertThat(allocated).as("the table, and what it grew out of").isLessThan(4 * 65_536 * 32);
    }

    private static void check(boolean[] zero, int shortBy) {
        ChunkTable table = table(zero, shortBy);
        List<byte[]> leaves = new ArrayList<>();
        int count = zero.length;
        for (int c = 0; c < count; c++) {
            byte[] leaf = zero[c] ? ZeroLeaf.of(c == count - 1 ? SIZE - shortBy : SIZE) : leaf(c);
            leaves.add(leaf);
            assertThat(table.isZero(c)).isEqualTo(zero[c]);
            assertThat(table.matches(c, leaf)).isTrue();
            assertThat(table.matches(c, leaf(c + 1))).isFalse();
            assertThat(table.digest(c)).isEqualTo(Digest.of(leaf));
            assertThat(table.nextZero(c)).isEqualTo(next(zero, c, true));
            assertThat(table.nextNonZero(c)).isEqualTo(next(zero, c, false));
        }
        assertThat(table.count()).isEqualTo(count);
        assertThat(table.nextZero(count)).isEqualTo(count);
        assertThat(table.nextNonZero(count)).isEqualTo(count);
        assertThat(table.nextNonZero(Long.MAX_VALUE)).isEqualTo(count);
        assertThat(table.root().bytes()).isEqualTo(MerkleTreeTest.definition(leaves));
    }

    private static int next(boolean[] zero, int from, boolean wanted) {
        int c = from;
        while (c < zero.length && zero[c] != wanted) {
            c++;
        }
        return c;
    }

    private static ChunkTable table(boolean[] zero, int shortBy) {
        long length = Math.max(0, (long) zero.length * SIZE - shortBy);
        ChunkTable.Builder builder = new ChunkTable.Builder(length, SIZE);
        for (int c = 0; c < zero.length; c++) {
            if (zero[c]) {
                builder.addZero();
            } else {
                builder.add(leaf(c));
            }
        }
        return builder.build();
    }

    private static ChunkTable zeros(long length) {
        ChunkTable.Builder builder = new ChunkTable.Builder(length, SIZE);
        for (long at = 0; at < length; at += SIZE) {
            builder.addZero();
        }
        return builder.build();
    }

    private static byte[] leaf(int content) {
        byte[] leaf = new byte[32];
        leaf[0] = (byte) content;
        leaf[1] = (byte) (content >> 8);
        leaf[31] = 1;
        return leaf;
    }
}

package dev.mimeo.protocol.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZeroLeafTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4_095, 4_096, 32_767, 32_768, 32_769, 65_536, 1 << 20, (1 << 20) + 5, 64 << 20})
    void isTheHashOfThatManyZeros(int length) {
        ChunkHasher hasher = new ChunkHasher();
        hasher.update(ByteBuffer.allocate(length));
        assertThat(ZeroLeaf.of(length)).isEqualTo(hasher.leaf());
        assertThat(ZeroLeaf.of(length))
                .as("again, from the states that are kept")
                .isEqualTo(ZeroLeaf.of(length));
    }

    @Test
    void fullChunksOfEverySize() {
        for (int size = ImageObject.SMALLEST_CHUNK_SIZE; size <= ImageObject.LARGEST_CHUNK_SIZE; size *= 2) {
            assertThat(ZeroLeaf.ofFull(size)).isEqualTo(ZeroLeaf.of(size)).isSameAs(ZeroLeaf.ofFull(size));
        }
    }

    /** What thousands of objects with odd lengths could cost a receiver: SHA-256 of 4 TiB takes most of an hour. */
    @Test
    void tenThousandOddLengthsCostLessThanOnePercentOfTheirBytes() {
        ZeroLeaf.of(ImageObject.LARGEST_CHUNK_SIZE);
        long start = System.nanoTime();
        for (int i = 1; i <= 10_000; i++) {
            ZeroLeaf.of(ImageObject.LARGEST_CHUNK_SIZE - i * 601);
        }
        assertThat(System.nanoTime() - start).as("640 GB, in ns").isLessThan(4_000_000_000L);
    }

    @Test
    void refusesWhatIsNoChunk() {
        assertThatIllegalArgumentException().isThrownBy(() -> ZeroLeaf.of(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> ZeroLeaf.of((64 << 20) + 1));
    }
}

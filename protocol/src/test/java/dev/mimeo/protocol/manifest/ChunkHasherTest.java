package dev.mimeo.protocol.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChunkHasherTest {
    private static final int SIZE = 10_000;

    private final byte[] chunk = new byte[SIZE];
    private final ChunkHasher hasher = new ChunkHasher();

    ChunkHasherTest() {
        new Random(1).nextBytes(chunk);
    }

    @Test
    void hashesAZeroByteAndTheChunk() {
        hasher.update(ByteBuffer.wrap(chunk));
        assertThat(hasher.leaf()).isEqualTo(expected(0, SIZE));
    }

    @Test
    void startsAnewAfterEachLeaf() {
        hasher.update(ByteBuffer.wrap(chunk, 0, 100));
        assertThat(hasher.leaf()).isEqualTo(expected(0, 100));
        assertThat(hasher.leaf()).isEqualTo(expected(0, 0));
        hasher.update(ByteBuffer.wrap(chunk, 100, 5_000));
        assertThat(hasher.leaf()).isEqualTo(expected(100, 5_000));
    }

    @Test
    void takesPiecesOfAnyKindOfBuffer() {
        ByteBuffer direct = ByteBuffer.allocateDirect(SIZE).put(chunk).flip();
        hasher.update(ByteBuffer.wrap(chunk, 0, 1));
        hasher.update(direct.slice(1, 4_999));
        hasher.update(ByteBuffer.wrap(chunk).asReadOnlyBuffer().position(5_000).limit(5_007));
        ByteBuffer last = direct.asReadOnlyBuffer().position(5_007);
        hasher.update(last);
        assertThat(hasher.leaf()).isEqualTo(expected(0, SIZE));
        assertThat(last.hasRemaining()).isFalse();
    }

    @Test
    void aChunkAllocatesNothing() {
        ByteBuffer heap = ByteBuffer.wrap(chunk);
        ByteBuffer direct = ByteBuffer.allocateDirect(SIZE).put(chunk);
        assertThat(Allocation.bytesOf(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        hasher.update(heap.clear());
                        hasher.update(direct.clear());
                        hasher.leaf();
                    }
                }))
                .isLessThan(10_000);
    }

    private byte[] expected(int offset, int length) {
        MessageDigest sha256 = Sha256.start();
        sha256.update((byte) 0);
        sha256.update(chunk, offset, length);
        return sha256.digest();
    }
}

package dev.mimeo.protocol.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ZerosTest {
    @Test
    void findsEverySingleBitAndLooksNowhereElse() {
        int cases = 0;
        for (boolean direct : new boolean[] {false, true}) {
            for (int length = 0; length <= 100; length++) {
                ByteBuffer bytes = buffer(direct, length);
                assertThat(Zeros.isZero(bytes)).isTrue();
                for (int bit = 0; bit < length * 8; bit++) {
                    int at = bytes.position() + bit / 8;
                    bytes.put(at, (byte) (1 << bit % 8));
                    assertThat(Zeros.isZero(bytes)).isFalse();
                    bytes.put(at, (byte) 0);
                    cases++;
                }
            }
        }
        assertThat(cases).isEqualTo(2 * 8 * 100 * 101 / 2);
    }

    @Test
    void leavesTheBufferAsItWas() {
        ByteBuffer bytes = buffer(false, 64);
        Zeros.isZero(bytes);
        assertThat(bytes.position()).isEqualTo(3);
        assertThat(bytes.limit()).isEqualTo(67);
    }

    /** Zeros between bytes that are not. */
    private static ByteBuffer buffer(boolean direct, int length) {
        ByteBuffer bytes = direct ? ByteBuffer.allocateDirect(length + 6) : ByteBuffer.allocate(length + 6);
        for (int i = 0; i < 3; i++) {
            bytes.put(i, (byte) 0xa5).put(length + 3 + i, (byte) 0xa5);
        }
        return bytes.position(3).limit(3 + length);
    }
}

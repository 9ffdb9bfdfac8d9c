package dev.mimeo.protocol.wire;

import java.nio.ByteBuffer;

/** Points in time as NORM_CMD(CC) and its answers carry them: seconds and microseconds, 32 bits each. */
final class WireTime {
    static final long MICROS_PER_SECOND = 1_000_000;
    /** Bytes of a time. */
    static final int LENGTH = 2 * Integer.BYTES;
    /** Largest time that the fields can state: 2^32 - 1 seconds and 1,000,000 microseconds. */
    static final long LARGEST_MICROS = (1L << 32) * MICROS_PER_SECOND;

    private WireTime() {}

    static void put(ByteBuffer out, long micros) {
        Fields.require(micros >= 0 && micros <= LARGEST_MICROS, "time in microseconds", micros);
        // The very largest is the one time that needs the reference implementation's 1,000,000 microseconds.
        long seconds = Math.min(micros / MICROS_PER_SECOND, 0xffff_ffffL);
        out.putInt((int) seconds);
        out.putInt((int) (micros - seconds * MICROS_PER_SECOND));
    }
}

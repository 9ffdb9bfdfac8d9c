package dev.mimeo.protocol.manifest;

import java.nio.ByteBuffer;

/** Tells zero chunks, which are never sent, from others. */
public final class Zeros {
    /** Bytes that are looked at between two decisions: few enough to stop early, enough to keep the loop tight. */
    private static final int STRIDE = 4 * Long.BYTES;

    private Zeros() {}

    /** Returns whether every byte from position to limit is zero; the buffer stays as it is. True if there is none. */
    public static boolean isZero(ByteBuffer bytes) {
        int at = bytes.position();
        int end = bytes.limit();
        for (; at <= end - STRIDE; at += STRIDE) {
            long any = bytes.getLong(at)
                    | bytes.getLong(at + Long.BYTES)
                    | bytes.getLong(at + 2 * Long.BYTES)
                    | bytes.getLong(at + 3 * Long.BYTES);
            if (any != 0) {
                return false;
            }
        }
        for (; at < end; at++) {
            if (bytes.get(at) != 0) {
                return false;
            }
        }
        return true;
    }
}

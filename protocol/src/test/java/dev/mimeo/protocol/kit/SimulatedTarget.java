package dev.mimeo.protocol.kit;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Where one object of an image is written. Either it holds the bytes, or, to make room for thousands of receivers, it
 * compares them with the original on the spot and remembers which are not the same.
 */
final class SimulatedTarget {
    private final byte[] original;
    private final byte[] bytes;
    private final byte[] scratch;
    /** Without {@link #bytes}: which of the original's bytes, zeros excepted, are not there. */
    private final BitSet wrong;

    private SimulatedTarget(byte[] original, byte[] bytes, BitSet wrong) {
        this.original = original;
        this.bytes = bytes;
        this.wrong = wrong;
        this.scratch = new byte[bytes == null ? 4096 : 0];
    }

    static SimulatedTarget keeping(byte[] original) {
        return new SimulatedTarget(original, new byte[original.length], null);
    }

    /** Makes a target that compares; {@code nonZero} are the bytes of the original that an empty target does not have. */
    static SimulatedTarget comparing(byte[] original, BitSet nonZero) {
        return new SimulatedTarget(original, null, (BitSet) nonZero.clone());
    }

    int length() {
        return original.length;
    }

    void write(long offset, ByteBuffer source, int length) {
        int start = Math.toIntExact(offset);
        if (bytes != null) {
            source.get(0, bytes, start, length);
            return;
        }
        for (int done = 0; done < length; done += scratch.length) {
            int count = Math.min(scratch.length, length - done);
            source.get(done, scratch, 0, count);
            compare(start + done, count);
        }
    }

    private void compare(int start, int count) {
        if (Arrays.equals(original, start, start + count, scratch, 0, count)) {
            wrong.clear(start, start + count);
            return;
        }
        for (int i = 0; i < count; i++) {
            wrong.set(start + i, original[start + i] != scratch[i]);
        }
    }

    void spoil(long offset) {
        int at = Math.toIntExact(offset);
        if (bytes != null) {
            bytes[at] ^= 0x40;
        } else {
            wrong.flip(at);
        }
    }

    /** Returns bytes as they would be read back; wrong ones are wrong, if not the same wrong ones. */
    ByteBuffer read(long offset, int length) {
        int start = Math.toIntExact(offset);
        if (bytes != null) {
            return ByteBuffer.wrap(bytes, start, length);
        }
        int firstWrong = wrong.nextSetBit(start);
        if (firstWrong < 0 || firstWrong >= start + length) {
            return ByteBuffer.wrap(original, start, length);
        }
        byte[] copy = Arrays.copyOfRange(original, start, start + length);
        for (int i = firstWrong; i >= 0 && i < start + length; i = wrong.nextSetBit(i + 1)) {
            copy[i - start] ^= 0x40;
        }
        return ByteBuffer.wrap(copy);
    }

    /** Returns the first byte that is not as in the original, or -1. */
    int firstDifference() {
        return bytes != null ? Arrays.mismatch(original, bytes) : wrong.nextSetBit(0);
    }
}

package dev.mimeo.protocol.seal;

/**
 * Sixteen random bytes that name one start of a sender, or one of a receiver.
 *
 * @param high the first eight bytes
 * @param low the other eight
 */
public record SealId(long high, long low) {
    /** Bytes in an id. */
    public static final int LENGTH = 2 * Long.BYTES;

    /** Returns whether it is the id of these halves. */
    public boolean is(long high, long low) {
        return this.high == high && this.low == low;
    }

    @Override
    public String toString() {
        return String.format("%016x%016x", high, low);
    }
}

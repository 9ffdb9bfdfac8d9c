package dev.mimeo.protocol.fec;

import java.util.Arrays;

/**
 * Adds up rows of field elements, each row multiplied by a weight of its own: the only work that costs time here.
 *
 * <p>Looking every product up in a table takes one load per element, which the compiler cannot vectorise. This takes only
 * XORs of whole rows, several elements in a {@code long} and several of those in a vector register. It is the method of
 * buckets (Pippenger, "On the evaluation of powers and related problems", 1976), next of kin to that of the four Russians:
 *
 * <ol>
 *   <li>Write a weight in digits of four bits, of which it has two in GF(2^8) and four in GF(2^16). For each digit there are
 *       sixteen buckets; the row belongs to the one with the digit's value. Sort the rows so: that depends on the weights
 *       alone, and an {@linkplain #sort order} once made serves all that is weighted alike.
 *   <li>Add up each bucket's rows. That is two or four XORs for each row, whatever its weight.
 *   <li>The sum wanted is that of each bucket times its number. Bucket 13, say, counts towards 8, 4 and 1, so that eight
 *       buckets add up to what is to be multiplied by 8, and so for 4, 2 and 1. Horner's rule does that with one
 *       multiplication by alpha for each bit of a weight.
 * </ol>
 *
 * <p>Step 3 costs about as much as step 2 does for 32 rows, whatever the number of rows.
 *
 * <h2>What makes it fast</h2>
 *
 * An XOR costs nothing next to the loads and the store around it. So up to six rows are added in one loop, which keeps their
 * sum in a register: one load for each row, and one store. The loops index several arrays by the loop variable and nothing
 * else, which is what C2 needs to vectorise them. With a seventh row, that of JDK 17 no longer does, and with a twelfth
 * that of JDK 25; measure before changing their shape.
 *
 * <p>A vector register may hold as much as a cache line, so that every load touches two lines unless its row is aligned to
 * them, which Java does not promise. C2 begins each loop with single longs until the row that is stored to is aligned, and
 * then the others are as well if they lie alike. So all rows are allocated together, and each fills whole cache lines, its
 * header included. A collector mostly leaves them so; where it does not, only speed is lost.
 *
 * <p>Not safe for use by several threads.
 */
final class WeightedSum {
    private static final int DIGIT_BITS = 4;
    private static final int BUCKETS = 1 << DIGIT_BITS;
    private static final int LINE = 64 / Long.BYTES;
    /** An array of longs has a header of 16 bytes. */
    private static final int HEADER = 16 / Long.BYTES;

    private final GaloisField field;
    private final int digits;
    private final long[][] rows;
    private final long[][] buckets;
    private final long[] zeros;
    private final long[] sum;

    /** For at most {@code rowCount} rows of at most {@code capacity} longs. */
    WeightedSum(GaloisField field, int rowCount, int capacity) {
        this.field = field;
        this.digits = field.bits() / DIGIT_BITS;
        int lines = (capacity + HEADER + LINE - 1) / LINE;
        this.rows = new long[rowCount + BUCKETS + 2][lines * LINE - HEADER];
        this.buckets = Arrays.copyOfRange(rows, rowCount, rowCount + BUCKETS);
        this.zeros = rows[rowCount + BUCKETS];
        this.sum = rows[rowCount + BUCKETS + 1];
    }

    /** Returns a row, to be filled before a sum is computed. */
    long[] row(int number) {
        return rows[number];
    }

    /** Returns the length of an order of so many rows. */
    int orderLength(int count) {
        return digits * (count + BUCKETS);
    }

    /**
     * Sorts the first {@code count} rows into buckets by their weights. For each digit, an order lists the ends of the
     * sixteen buckets and then the numbers of the rows in them.
     */
    void sort(char[] weights, int count, char[] order) {
        Arrays.fill(order, 0, orderLength(count), (char) 0);
        for (int digit = 0; digit < digits; digit++) {
            int ends = digit * (count + BUCKETS);
            int members = ends + BUCKETS;
            int shift = digit * DIGIT_BITS;
            for (int i = 0; i < count; i++) {
                int next = (weights[i] >>> shift) + 1 & BUCKETS - 1;
                order[ends + next]++;
            }
            order[ends] = 0;
            for (int bucket = 1; bucket < BUCKETS; bucket++) {
                order[ends + bucket] += order[ends + bucket - 1];
            }
            for (int i = 0; i < count; i++) {
                int bucket = weights[i] >>> shift & BUCKETS - 1;
                order[members + order[ends + bucket]++] = (char) i;
            }
        }
    }

    /**
     * Computes the sum of the first {@code count} rows, weighted as in an {@linkplain #sort order}.
     *
     * @param length longs to add up in each row
     * @return the sum, which holds until the next is computed
     */
    long[] compute(char[] order, int count, int length) {
        Arrays.fill(sum, 0, length, 0);
        long[][] b = buckets;
        for (int digit = digits - 1; digit >= 0; digit--) {
            int ends = digit * (count + BUCKETS);
            for (int bucket = 1; bucket < BUCKETS; bucket++) {
                int members = ends + BUCKETS;
                add(order, members + order[ends + bucket - 1], members + order[ends + bucket], b[bucket], length);
            }
            timesAlphaPlus(b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15], length);
            timesAlphaPlus(b[4], b[5], b[6], b[7], b[12], b[13], b[14], b[15], length);
            timesAlphaPlus(b[2], b[3], b[6], b[7], b[10], b[11], b[14], b[15], length);
            timesAlphaPlus(b[1], b[3], b[5], b[7], b[9], b[11], b[13], b[15], length);
        }
        return sum;
    }

    /** Makes a bucket the sum of the rows that an order lists from {@code from} to {@code end}: the first six, then five more. */
    private void add(char[] order, int from, int end, long[] bucket, int length) {
        long[] first = from < end ? rows[order[from]] : zeros;
        int i = from + 1;
        do {
            switch (end - i) {
                case -1, 0 -> xor(bucket, first, zeros, length);
                case 1 -> xor(bucket, first, rows[order[i]], length);
                case 2 -> xor(bucket, first, rows[order[i]], rows[order[i + 1]], length);
                case 3 -> xor(bucket, first, rows[order[i]], rows[order[i + 1]], rows[order[i + 2]], length);
                case 4 ->
                    xor(
                            bucket,
                            first,
                            rows[order[i]],
                            rows[order[i + 1]],
                            rows[order[i + 2]],
                            rows[order[i + 3]],
                            length);
                default ->
                    xor(
                            bucket,
                            first,
                            rows[order[i]],
                            rows[order[i + 1]],
                            rows[order[i + 2]],
                            rows[order[i + 3]],
                            rows[order[i + 4]],
                            length);
            }
            i += 5;
            first = bucket;
        } while (i < end);
    }

    /** Multiplies the sum by alpha and adds eight rows. Bucket 0, which counts for nothing, holds six of them meanwhile. */
    private void timesAlphaPlus(
            long[] a, long[] b, long[] c, long[] d, long[] e, long[] f, long[] g, long[] h, int length) {
        xor(buckets[0], a, b, c, d, e, f, length);
        field.timesAlphaPlus(sum, buckets[0], g, h, length);
    }

    private static void xor(long[] sum, long[] a, long[] b, int length) {
        for (int i = 0; i < length; i++) {
            sum[i] = a[i] ^ b[i];
        }
    }

    private static void xor(long[] sum, long[] a, long[] b, long[] c, int length) {
        for (int i = 0; i < length; i++) {
            sum[i] = a[i] ^ b[i] ^ c[i];
        }
    }

    private static void xor(long[] sum, long[] a, long[] b, long[] c, long[] d, int length) {
        for (int i = 0; i < length; i++) {
            sum[i] = a[i] ^ b[i] ^ c[i] ^ d[i];
        }
    }

    private static void xor(long[] sum, long[] a, long[] b, long[] c, long[] d, long[] e, int length) {
        for (int i = 0; i < length; i++) {
            sum[i] = a[i] ^ b[i] ^ c[i] ^ d[i] ^ e[i];
        }
    }

    private static void xor(long[] sum, long[] a, long[] b, long[] c, long[] d, long[] e, long[] f, int length) {
        for (int i = 0; i < length; i++) {
            sum[i] = a[i] ^ b[i] ^ c[i] ^ d[i] ^ e[i] ^ f[i];
        }
    }
}

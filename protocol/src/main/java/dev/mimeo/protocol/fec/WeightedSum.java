package dev.mimeo.protocol.fec;

import java.util.Arrays;

/**
 * Adds up rows of field elements, each row multiplied by a weight of its own: the only work that costs time here.
 *
 * <p>Looking every product up in a table takes one load per byte, which the compiler cannot vectorise. This takes only
 * XORs of whole rows, eight elements in a {@code long} and several of those in a vector register. It is the method of
 * buckets (Pippenger, "On the evaluation of powers and related problems", 1976), next of kin to that of the four Russians:
 *
 * <ol>
 *   <li>Write a weight as {@code low + 16 high}. Add its row to bucket {@code low} of sixteen, and to bucket {@code high}
 *       of sixteen others. That is two XORs for each row, whatever its weight.
 *   <li>The sum wanted is that of each bucket times its number. Bucket 13, say, counts towards 8, 4 and 1, so fold the
 *       buckets into those whose number is a power of two, from the top: add bucket 13 to 8 and to 5, later 5 to 4 and 1.
 *   <li>What is left are eight rows, to be multiplied by 1, 2, 4 … 128 and added. Horner's rule does that with seven
 *       multiplications by alpha.
 * </ol>
 *
 * <p>Steps 2 and 3 cost as much as step 1 does for 25 rows, whatever the number of rows. The loops index several arrays by
 * the loop variable and nothing else, which is what C2 needs to vectorise them; measure before changing their shape.
 *
 * <p>Not safe for use by several threads.
 */
final class WeightedSum {
    private final long[][] low;
    private final long[][] high;

    /** For rows of at most {@code capacity} longs. */
    WeightedSum(int capacity) {
        low = new long[16][capacity];
        high = new long[16][capacity];
    }

    /**
     * Computes the sum.
     *
     * @param rows the rows, {@code count} of them or more
     * @param weights the weight of each row
     * @param length longs to add up in each row
     * @param sum where the sum goes
     */
    void compute(long[][] rows, byte[] weights, int count, int length, long[] sum) {
        for (int bucket = 1; bucket < 16; bucket++) {
            Arrays.fill(low[bucket], 0, length, 0);
            Arrays.fill(high[bucket], 0, length, 0);
        }
        for (int i = 0; i < count; i++) {
            add(low[weights[i] & 15], rows[i], length);
            add(high[weights[i] >>> 4 & 15], rows[i], length);
        }
        fold(low, length);
        fold(high, length);
        join(length, sum);
    }

    private static void fold(long[][] buckets, int length) {
        for (int power = 8; power > 1; power >>= 1) {
            for (int rest = 1; rest < power; rest++) {
                add(buckets[power], buckets[power + rest], length);
                add(buckets[rest], buckets[power + rest], length);
            }
        }
    }

    private void join(int length, long[] sum) {
        System.arraycopy(high[8], 0, sum, 0, length);
        timesAlphaPlus(sum, high[4], length);
        timesAlphaPlus(sum, high[2], length);
        timesAlphaPlus(sum, high[1], length);
        timesAlphaPlus(sum, low[8], length);
        timesAlphaPlus(sum, low[4], length);
        timesAlphaPlus(sum, low[2], length);
        timesAlphaPlus(sum, low[1], length);
    }

    private static void add(long[] sum, long[] row, int length) {
        for (int i = 0; i < length; i++) {
            sum[i] ^= row[i];
        }
    }

    private static void timesAlphaPlus(long[] sum, long[] row, int length) {
        for (int i = 0; i < length; i++) {
            sum[i] = GaloisField.timesAlpha(sum[i]) ^ row[i];
        }
    }
}

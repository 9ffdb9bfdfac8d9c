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
 *       sixteen buckets; add the row to the one with the digit's value. That is two or four XORs for each row, whatever its
 *       weight.
 *   <li>The sum wanted is that of each bucket times its number. Bucket 13, say, counts towards 8, 4 and 1, so fold the
 *       buckets into those whose number is a power of two, from the top: add bucket 13 to 8 and to 5, later 5 to 4 and 1.
 *   <li>What is left are eight or sixteen rows, to be multiplied by 1, 2, 4, 8 … and added. Horner's rule does that with as
 *       many multiplications by alpha.
 * </ol>
 *
 * <p>Steps 2 and 3 cost as much as step 1 does for 25 rows, whatever the number of rows. The loops index several arrays by
 * the loop variable and nothing else, which is what C2 needs to vectorise them; measure before changing their shape.
 *
 * <p>Not safe for use by several threads.
 */
final class WeightedSum {
    private static final int DIGIT_BITS = 4;

    private final GaloisField field;
    private final long[][][] buckets;

    /** For rows of at most {@code capacity} longs. */
    WeightedSum(GaloisField field, int capacity) {
        this.field = field;
        this.buckets = new long[field.bits() / DIGIT_BITS][1 << DIGIT_BITS][capacity];
    }

    /**
     * Computes the sum.
     *
     * @param rows the rows, {@code count} of them or more
     * @param weights the weight of each row
     * @param length longs to add up in each row
     * @param sum where the sum goes
     */
    void compute(long[][] rows, char[] weights, int count, int length, long[] sum) {
        Arrays.fill(sum, 0, length, 0);
        for (int digit = buckets.length - 1; digit >= 0; digit--) {
            long[][] ofDigit = buckets[digit];
            collect(rows, weights, digit * DIGIT_BITS, count, length, ofDigit);
            fold(ofDigit, length);
            for (int power = 8; power > 0; power >>= 1) {
                field.timesAlphaPlus(sum, ofDigit[power], length);
            }
        }
    }

    private static void collect(long[][] rows, char[] weights, int shift, int count, int length, long[][] buckets) {
        for (int bucket = 1; bucket < buckets.length; bucket++) {
            Arrays.fill(buckets[bucket], 0, length, 0);
        }
        for (int i = 0; i < count; i++) {
            add(buckets[weights[i] >>> shift & 15], rows[i], length);
        }
    }

    private static void fold(long[][] buckets, int length) {
        for (int power = 8; power > 1; power >>= 1) {
            for (int rest = 1; rest < power; rest++) {
                add(buckets[power], buckets[power + rest], length);
                add(buckets[rest], buckets[power + rest], length);
            }
        }
    }

    private static void add(long[] sum, long[] row, int length) {
        for (int i = 0; i < length; i++) {
            sum[i] ^= row[i];
        }
    }
}

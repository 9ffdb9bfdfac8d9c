package dev.mimeo.protocol.fec;

import dev.mimeo.protocol.FecEncoding;
import java.util.Random;

/**
 * The code by its definition and nothing else: long multiplication, and a generator matrix {@code V_top^-1 V} found by
 * Gaussian elimination, as Rizzo describes it. Slow, and so plain that it can be checked by reading.
 */
final class SlowCode {
    static final SlowCode GF_8 = new SlowCode(8, 0x11d);
    static final SlowCode GF_16 = new SlowCode(16, 0x1100b);

    private final int bits;
    private final int polynomial;

    private SlowCode(int bits, int polynomial) {
        this.bits = bits;
        this.polynomial = polynomial;
    }

    static SlowCode of(FecEncoding encoding) {
        return encoding == FecEncoding.REED_SOLOMON_16 ? GF_16 : GF_8;
    }

    /** Multiplies as on paper: shift, add, and take the remainder modulo the polynomial. */
    int multiply(int a, int b) {
        long product = 0;
        for (int bit = 0; bit < bits; bit++) {
            if ((b >>> bit & 1) != 0) {
                product ^= (long) a << bit;
            }
        }
        for (int bit = 2 * bits - 2; bit >= bits; bit--) {
            if ((product >>> bit & 1) != 0) {
                product ^= (long) polynomial << bit - bits;
            }
        }
        return (int) product;
    }

    int power(int a, int exponent) {
        int power = 1;
        for (int i = 0; i < exponent; i++) {
            power = multiply(power, a);
        }
        return power;
    }

    /** Returns a to the power of 2^m - 2: the product of a^2, a^4, a^8 and so on. */
    int inverse(int a) {
        int inverse = 1;
        int square = a;
        for (int i = 1; i < bits; i++) {
            square = multiply(square, square);
            inverse = multiply(inverse, square);
        }
        return inverse;
    }

    /** Returns what source symbol j counts for in parity symbol i, as {@code [i][j]}. */
    int[][] generator(int maximumBlockLength, int parityCount) {
        int[][] inverse = invert(vandermonde(0, maximumBlockLength, maximumBlockLength));
        int[][] bottom = vandermonde(maximumBlockLength, parityCount, maximumBlockLength);
        int[][] generator = new int[parityCount][maximumBlockLength];
        for (int i = 0; i < parityCount; i++) {
            for (int j = 0; j < maximumBlockLength; j++) {
                for (int c = 0; c < maximumBlockLength; c++) {
                    generator[i][j] ^= multiply(bottom[i][c], inverse[c][j]);
                }
            }
        }
        return generator;
    }

    /** Returns parity symbol {@code i} of the source symbols, which are all of one length. */
    byte[] parity(int[][] generator, int i, byte[][] source) {
        int width = bits / 8;
        byte[] parity = new byte[source[0].length];
        for (int j = 0; j < source.length; j++) {
            for (int at = 0; at < parity.length; at += width) {
                int element = source[j][at] & 0xff;
                if (width == 2) {
                    element |= (source[j][at + 1] & 0xff) << 8;
                }
                int product = multiply(generator[i][j], element);
                parity[at] ^= (byte) product;
                if (width == 2) {
                    parity[at + 1] ^= (byte) (product >>> 8);
                }
            }
        }
        return parity;
    }

    static byte[][] randomSymbols(Random random, int count, int length) {
        byte[][] symbols = new byte[count][length];
        for (byte[] symbol : symbols) {
            random.nextBytes(symbol);
        }
        return symbols;
    }

    private int[][] vandermonde(int firstPoint, int rows, int columns) {
        int[][] matrix = new int[rows][columns];
        for (int r = 0; r < rows; r++) {
            int point = firstPoint + r == 0 ? 0 : power(2, firstPoint + r - 1);
            int value = 1;
            for (int c = 0; c < columns; c++) {
                matrix[r][c] = value;
                value = multiply(value, point);
            }
        }
        return matrix;
    }

    private int[][] invert(int[][] matrix) {
        int size = matrix.length;
        int[][] left = matrix;
        int[][] right = new int[size][size];
        for (int i = 0; i < size; i++) {
            right[i][i] = 1;
        }
        for (int column = 0; column < size; column++) {
            int pivot = column;
            while (left[pivot][column] == 0) {
                pivot++;
            }
            swap(left, pivot, column);
            swap(right, pivot, column);
            int factor = inverse(left[column][column]);
            scale(left[column], factor);
            scale(right[column], factor);
            for (int row = 0; row < size; row++) {
                if (row != column && left[row][column] != 0) {
                    int multiple = left[row][column];
                    addMultiple(left[row], left[column], multiple);
                    addMultiple(right[row], right[column], multiple);
                }
            }
        }
        return right;
    }

    private static void swap(int[][] rows, int a, int b) {
        int[] row = rows[a];
        rows[a] = rows[b];
        rows[b] = row;
    }

    private void scale(int[] row, int factor) {
        for (int i = 0; i < row.length; i++) {
            row[i] = multiply(row[i], factor);
        }
    }

    private void addMultiple(int[] sum, int[] row, int factor) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] ^= multiply(row[i], factor);
        }
    }
}

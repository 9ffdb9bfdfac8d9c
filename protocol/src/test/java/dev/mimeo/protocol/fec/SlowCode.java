package dev.mimeo.protocol.fec;

import java.util.Random;

/**
 * The code by its definition and nothing else: long multiplication, and a generator matrix {@code V_top^-1 V} found by
 * Gaussian elimination, as Rizzo describes it. Slow, and so plain that it can be checked by reading.
 */
final class SlowCode {
    private SlowCode() {}

    /** Multiplies as on paper: shift, add, and take the remainder modulo 0x11d. */
    static int multiply(int a, int b) {
        int product = 0;
        for (int bit = 0; bit < 8; bit++) {
            if ((b >>> bit & 1) != 0) {
                product ^= a << bit;
            }
        }
        for (int bit = 14; bit >= 8; bit--) {
            if ((product >>> bit & 1) != 0) {
                product ^= 0x11d << bit - 8;
            }
        }
        return product;
    }

    static int power(int a, int exponent) {
        int power = 1;
        for (int i = 0; i < exponent; i++) {
            power = multiply(power, a);
        }
        return power;
    }

    static int inverse(int a) {
        for (int b = 1; b < 256; b++) {
            if (multiply(a, b) == 1) {
                return b;
            }
        }
        throw new ArithmeticException("0 has no inverse");
    }

    /** Returns what source symbol j counts for in parity symbol i, as {@code [i][j]}. */
    static int[][] generator(int maximumBlockLength, int parityCount) {
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
    static byte[] parity(int[][] generator, int i, byte[][] source) {
        byte[] parity = new byte[source[0].length];
        for (int j = 0; j < source.length; j++) {
            for (int at = 0; at < parity.length; at++) {
                parity[at] ^= (byte) multiply(generator[i][j], source[j][at] & 0xff);
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

    private static int[][] vandermonde(int firstPoint, int rows, int columns) {
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

    private static int[][] invert(int[][] matrix) {
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

    private static void scale(int[] row, int factor) {
        for (int i = 0; i < row.length; i++) {
            row[i] = multiply(row[i], factor);
        }
    }

    private static void addMultiple(int[] sum, int[] row, int factor) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] ^= multiply(row[i], factor);
        }
    }
}

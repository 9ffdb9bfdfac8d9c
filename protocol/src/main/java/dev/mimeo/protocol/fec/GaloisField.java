package dev.mimeo.protocol.fec;

import dev.mimeo.protocol.FecEncoding;

/**
 * A field GF(2^m) that a code calculates in, m being 8 or 16: 2^m elements, each of m bits.
 *
 * <p>An element stands for a polynomial over GF(2), bit {@code i} being the coefficient of {@code x^i}. Addition and
 * subtraction are both XOR. Multiplication is that of polynomials modulo a polynomial of degree m (RFC 5510, section 8.1).
 * The element {@code x}, 2, is called alpha; its powers run through all elements but zero, so that products become sums of
 * logarithms.
 */
final class GaloisField {
    /** Modulo x^8 + x^4 + x^3 + x^2 + 1. */
    private static final GaloisField OF_BYTES = new GaloisField(8, 0x11d);

    /** Made when first asked for: its tables take 256 KiB. */
    private static final class OfWords {
        /** Modulo x^16 + x^12 + x^3 + x + 1. */
        static final GaloisField FIELD = new GaloisField(16, 0x1100b);
    }

    private final int bits;
    private final int order;
    private final char[] exp;
    private final char[] log;
    private final long highest;
    private final long reduction;

    private GaloisField(int bits, int polynomial) {
        this.bits = bits;
        this.order = (1 << bits) - 1;
        this.exp = new char[order + 1];
        this.log = new char[order + 1];
        int power = 1;
        for (int exponent = 0; exponent < order; exponent++) {
            exp[exponent] = (char) power;
            log[power] = (char) exponent;
            power <<= 1;
            if (power > order) {
                power ^= polynomial;
            }
        }
        exp[order] = 1;
        long ones = Long.divideUnsigned(-1L, order);
        this.highest = ones << bits - 1;
        this.reduction = ones * (polynomial & order);
    }

    /** Returns the field that an FEC scheme calculates in. */
    static GaloisField of(FecEncoding encoding) {
        return encoding == FecEncoding.REED_SOLOMON_16 ? OfWords.FIELD : OF_BYTES;
    }

    /** Returns m: 8 or 16. */
    int bits() {
        return bits;
    }

    /** Returns the number of elements that have a logarithm, all but zero: 2^m - 1. */
    int order() {
        return order;
    }

    /** Returns alpha to the power of an exponent, which may be up to twice the {@link #order} either side of 0: not zero. */
    char exp(int exponent) {
        return exp[reduce(exponent)];
    }

    /**
     * Returns the exponent, 0 to {@code order - 1}, that makes an element out of alpha. Zero has none; for it the answer is
     * 0 as well, the logarithm of 1, so that a sum of logarithms is that of a product without its factors that are zero.
     */
    int log(int element) {
        return log[element];
    }

    /**
     * Returns an exponent with the same power that is 0 to {@link #order}, both included. It may be up to twice the order
     * either side of 0. Modulo 2^m - 1, whatever is above m bits counts as much as what is in them.
     */
    int reduce(int exponent) {
        int once = (exponent & order) + (exponent >> bits);
        return (once & order) + (once >> bits);
    }

    /** Multiplies every m bits of the sum by alpha, eight or four elements to the long, and adds three rows. */
    void timesAlphaPlus(long[] sum, long[] a, long[] b, long[] c, int length) {
        long top = highest;
        long rest = ~highest;
        long feedback = reduction;
        int shift = bits - 1;
        for (int i = 0; i < length; i++) {
            long carries = sum[i] & top;
            sum[i] = (sum[i] & rest) << 1 ^ ((carries << 1) - (carries >>> shift) & feedback) ^ a[i] ^ b[i] ^ c[i];
        }
    }
}

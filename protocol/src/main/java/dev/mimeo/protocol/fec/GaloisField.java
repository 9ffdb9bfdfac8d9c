package dev.mimeo.protocol.fec;

/**
 * The field GF(2^8) that the code calculates in: 256 elements, each a byte.
 *
 * <p>An element stands for a polynomial over GF(2), bit {@code i} being the coefficient of {@code x^i}. Addition and
 * subtraction are both XOR. Multiplication is that of polynomials modulo {@code p(x) = x^8 + x^4 + x^3 + x^2 + 1}, 0x11d
 * (RFC 5510, section 8.1). The element {@code x}, 2, is called alpha; its powers run through all 255 elements but zero, so
 * that products become sums of logarithms.
 */
final class GaloisField {
    /** The number of elements. */
    static final int SIZE = 256;

    /** The number of elements that have a logarithm: all but zero. */
    static final int ORDER = SIZE - 1;

    private static final int POLYNOMIAL = 0x11d;
    private static final byte[] EXP = new byte[ORDER];
    private static final byte[] LOG = new byte[SIZE];

    static {
        int power = 1;
        for (int exponent = 0; exponent < ORDER; exponent++) {
            EXP[exponent] = (byte) power;
            LOG[power] = (byte) exponent;
            power <<= 1;
            if (power >= SIZE) {
                power ^= POLYNOMIAL;
            }
        }
    }

    private GaloisField() {}

    /** Returns alpha to the power of any exponent, negative ones included: 1 to 255. */
    static int exp(int exponent) {
        return EXP[Math.floorMod(exponent, ORDER)] & 0xff;
    }

    /**
     * Returns the exponent, 0 to 254, that makes an element out of alpha. Zero has none; for it the answer is 0 as well,
     * the logarithm of 1, so that a sum of logarithms is that of a product without its factors that are zero.
     */
    static int log(int element) {
        return LOG[element] & 0xff;
    }

    /** Multiplies eight elements at once, one in each byte, by alpha. */
    static long timesAlpha(long elements) {
        long carries = elements & 0x8080_8080_8080_8080L;
        long reduction = (carries << 1) - (carries >>> 7) & 0x1d1d_1d1d_1d1d_1d1dL;
        return (elements & 0x7f7f_7f7f_7f7f_7f7fL) << 1 ^ reduction;
    }
}

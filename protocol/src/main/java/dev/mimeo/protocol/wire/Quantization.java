package dev.mimeo.protocol.wire;

/**
 * Quantised fields to real values and back. Real values outside of what a field can state are clamped to the nearest that
 * it can; quantised values are the bits of the field.
 */
public final class Quantization {
    private static final long NANOS_PER_MICRO = 1_000;
    private static final double LARGEST_GRTT_NANOS = 1e12;
    private static final long LINEAR_GRTT_END_NANOS = 33_000;
    private static final int LARGEST_LINEAR_GRTT = 31;
    private static final int LARGEST_GRTT = 255;
    private static final double GRTT_STEPS_PER_E_FOLD = 13;

    private static final int GROUP_SIZE_EXPONENTS = 8;

    private static final int MANTISSAS = 4096;
    private static final int LARGEST_EXPONENT = 15;
    private static final int SMALLEST_NORMAL_MANTISSA = 410;

    private static final double LARGEST_LOSS = 65_535;
    private static final double LARGEST_PRECISE_LOSS = 4_294_967_295.0;

    private Quantization() {}

    /**
     * Quantises a group round trip time (RFC 5401, section 3.7.4): 8 bits for 1 microsecond to 1,000 seconds, in steps of 1
     * microsecond up to 32, of 8 percent beyond. Rounds down below 33 microseconds and up from there on, as the RFC has it.
     */
    public static int grtt(long nanos) {
        if (nanos < LINEAR_GRTT_END_NANOS) {
            return (int) Math.max(nanos / NANOS_PER_MICRO - 1, 0);
        }
        double step = LARGEST_GRTT
                - GRTT_STEPS_PER_E_FOLD * StrictMath.log(LARGEST_GRTT_NANOS / Math.min(nanos, LARGEST_GRTT_NANOS));
        return (int) Math.ceil(step);
    }

    /**
     * Returns the group round trip time, in nanoseconds, that a field of 0 to 255 states. Rounded down to whole nanoseconds,
     * so that quantising it again gives the same field.
     */
    public static long grttNanos(int quantized) {
        require(quantized, LARGEST_GRTT);
        if (quantized <= LARGEST_LINEAR_GRTT) {
            return (quantized + 1) * NANOS_PER_MICRO;
        }
        return (long) (LARGEST_GRTT_NANOS / StrictMath.exp((LARGEST_GRTT - quantized) / GRTT_STEPS_PER_E_FOLD));
    }

    /**
     * Quantises a number of receivers (RFC 5740, section 4.2.1) to the next one that four bits can state: 1 or 5 times a
     * power of ten, from 10 to 500,000,000.
     */
    public static int groupSize(long receivers) {
        long ten = 10;
        for (int exponent = 0; exponent < GROUP_SIZE_EXPONENTS; exponent++) {
            if (receivers <= ten) {
                return exponent;
            }
            if (receivers <= 5 * ten) {
                return GROUP_SIZE_EXPONENTS | exponent;
            }
            ten *= 10;
        }
        return 0x0f;
    }

    /** Returns the number of receivers that a field of 0 to 15 states: bit 3 is the mantissa, 1 or 5, the rest the exponent. */
    public static long receivers(int quantized) {
        require(quantized, 0x0f);
        long receivers = (quantized & GROUP_SIZE_EXPONENTS) == 0 ? 10 : 50;
        for (int exponent = quantized & (GROUP_SIZE_EXPONENTS - 1); exponent > 0; exponent--) {
            receivers *= 10;
        }
        return receivers;
    }

    /**
     * Quantises a rate (RFC 5740, section 4.2.3.4): 12 bits of mantissa in steps of 10 / 4,096, and the power of ten in
     * four bits. Rounds to the nearest; not a number counts as 0.
     *
     * <p>Deviation: a mantissa that rounds to 10 becomes 1 with the next power; in the RFC's formula it overflows.
     */
    public static int rate(double bytesPerSecond) {
        double mantissa = Math.max(bytesPerSecond, 0);
        int exponent = 0;
        double power = 1;
        while (exponent < LARGEST_EXPONENT && mantissa >= 10 * power) {
            exponent++;
            power *= 10;
        }
        long steps = (long) (mantissa / power * MANTISSAS / 10 + 0.5);
        if (steps >= MANTISSAS) {
            if (exponent == LARGEST_EXPONENT) {
                return 0xffff;
            }
            steps = SMALLEST_NORMAL_MANTISSA;
            exponent++;
        }
        return (int) steps << 4 | exponent;
    }

    /** Returns the rate, in bytes per second, that a field of 0 to 65,535 states. */
    public static double bytesPerSecond(int quantized) {
        require(quantized, 0xffff);
        double power = 1;
        for (int exponent = quantized & 0x0f; exponent > 0; exponent--) {
            power *= 10;
        }
        return (quantized >>> 4) * 10.0 / MANTISSAS * power;
    }

    /** Quantises a loss fraction of 0 to 1 (RFC 5740, section 4.2.3.5), rounding down; not a number counts as 0. */
    public static int loss(double fraction) {
        return (int) (Math.min(Math.max(fraction, 0), 1) * LARGEST_LOSS);
    }

    /** Returns the loss fraction, 0 to 1, that a field of 0 to 65,535 states. */
    public static double lossFraction(int quantized) {
        require(quantized, 0xffff);
        return quantized / LARGEST_LOSS;
    }

    /**
     * Quantises a loss fraction of 0 to 1 to 32 bits, rounding down; not a number counts as 0. The upper half is cc_loss; the
     * reference implementation keeps the lower one in cc_reserved, without which loss below 0.0015 percent is none.
     */
    public static long preciseLoss(double fraction) {
        return (long) (Math.min(Math.max(fraction, 0), 1) * LARGEST_PRECISE_LOSS);
    }

    /** Returns the loss fraction, 0 to 1, that two fields of 0 to 65,535 state together. */
    public static double preciseLossFraction(int upper, int lower) {
        require(upper, 0xffff);
        require(lower, 0xffff);
        return ((long) upper << Short.SIZE | lower) / LARGEST_PRECISE_LOSS;
    }

    private static void require(int quantized, int largest) {
        if (quantized < 0 || quantized > largest) {
            throw new IllegalArgumentException(quantized + " is not within 0 to " + largest);
        }
    }
}

package dev.mimeo.protocol.sender;

/**
 * How much parity goes with a block before anybody asks for it.
 *
 * <p>What is lost is repaired sooner so: no request has to be waited for, and no block to be read again. What is sent of it in vain
 * costs rate. So a parity symbol goes unasked if more than {@link #ASKED} of the blocks would be asked for it: a quantile of what
 * the worst receiver of a block lacks. It is found as quantiles are, step by step: each block that was sent takes the share down
 * a little, each that turns out to lack more takes it up by more; steps are large at first, and small once much is known. A
 * request is compared with the share of now, not with what went with its block, so that blocks which left with less, and are asked
 * for later, do not take it beyond the quantile.
 *
 * <p>What comes from the wire may be forged: it takes the share up to {@link #LARGEST}, and to half of a block's parity, and no
 * further.
 */
final class ProactiveParity {
    /** The share of blocks that may be asked for after that. */
    static final double ASKED = 0.2;
    /** The largest share of a block's source symbols. */
    private static final double LARGEST = 0.25;
    /** The first block that lacks more adds a symbol divided by this. */
    private static final int FIRST_STEPS = 16;
    /**
     * Later ones add a symbol divided by this: few hundred blocks, as are on their way or asked for at a time, move it by less than
     * a symbol. Otherwise it would swing: of a block that left with more than goes now it is not known what it would have lacked.
     */
    private static final int STEPS = 128;
    /** So many that lack more make a step smaller by one. */
    private static final int REFINING = 8;

    private final boolean adaptive;
    /** Of a block's source symbols. */
    private double share;
    /** How many blocks lacked more. */
    private long raised;

    /** Stays at nothing unless {@code adaptive}. */
    ProactiveParity(boolean adaptive) {
        this.adaptive = adaptive;
    }

    /** Returns how many parity symbols go with so many source symbols of a block that has {@code parityCount} of them. */
    int symbols(int sourceSymbols, int parityCount) {
        return (int) Math.min(parityCount / 2, share * sourceSymbols);
    }

    /** A block was sent for the first time, and whole. */
    void onSent(int sourceSymbols) {
        share = Math.max(0, share - ASKED * step(sourceSymbols));
    }

    /**
     * Receivers that lack few symbols of a block have asked for more of it; it was not repaired yet.
     *
     * @param before parity that went with it, and what was asked for before
     * @param now the same with what is asked for now
     */
    void onAsked(int before, int now, int sourceSymbols, int parityCount) {
        int expected = symbols(sourceSymbols, parityCount);
        if (adaptive && before <= expected && now > expected) {
            share = Math.min(LARGEST, share + step(sourceSymbols));
            raised++;
        }
    }

    private double step(int sourceSymbols) {
        return 1.0 / Math.min(STEPS, FIRST_STEPS + raised / REFINING) / sourceSymbols;
    }
}

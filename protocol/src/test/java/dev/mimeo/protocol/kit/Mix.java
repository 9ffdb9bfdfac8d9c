package dev.mimeo.protocol.kit;

/** Spreads what differs in a few bits over all 64: seeds that follow from a seed, and the hash of a trace. */
final class Mix {
    private Mix() {}

    /** The finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
    static long of(long state, long value) {
        long z = state * 0x9e37_79b9_7f4a_7c15L + value;
        z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }
}

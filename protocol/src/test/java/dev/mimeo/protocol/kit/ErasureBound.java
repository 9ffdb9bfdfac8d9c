package dev.mimeo.protocol.kit;

/**
 * What has to be sent at least, for each symbol of content, until each of several receivers has everything, if each loses
 * each symbol with the same probability, independently. Whoever sends knows at once what is missing, nothing that is sent
 * is of no use, and requests, headers and the manifest cost nothing: no protocol does better with that code.
 */
public final class ErasureBound {
    private static final double NEGLIGIBLE = 1e-12;

    private ErasureBound() {}

    /** Without a code: each symbol is repeated until all have it. */
    public static double ofRepetition(double loss, int receivers) {
        return ofBlock(1, loss, receivers);
    }

    /**
     * With a code over blocks of {@code length} source symbols: of a block any so many symbols will do, and there is always
     * another that nobody has. With a block as long as the object it is an ideal erasure code.
     */
    public static double ofBlock(int length, double loss, int receivers) {
        // Of n symbols sent, the last is the one that completes the block: a negative binomial distribution.
        double probability = Math.pow(1 - loss, length);
        double completeAfter = probability;
        double expected = length;
        for (int sent = length; sent * (1 - loss) < length || probability * receivers > NEGLIGIBLE; sent++) {
            expected += 1 - Math.pow(completeAfter, receivers);
            probability *= loss * sent / (sent - length + 1);
            completeAfter = Math.min(1, completeAfter + probability);
        }
        return expected / length;
    }
}

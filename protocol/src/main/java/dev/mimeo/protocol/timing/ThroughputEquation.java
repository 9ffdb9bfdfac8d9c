package dev.mimeo.protocol.timing;

/**
 * The rate that TCP would have on a path (RFC 5740, section 5.5.2), and which loss would lead to a rate.
 *
 * <pre>
 *                                segment
 *   rate = ---------------------------------------------------
 *          rtt * (sqrt(2p/3) + 12 * sqrt(3p/8) * p * (1 + 32p^2))
 * </pre>
 */
public final class ThroughputEquation {
    /** The smallest loss that is told from none: what 32 bits can state. */
    private static final double SMALLEST_LOSS = 1 / 4_294_967_295.0;
    /** Halves the span between the smallest loss and all, as powers, to a part in a thousand million. */
    private static final int HALVINGS = 36;

    private ThroughputEquation() {}

    /**
     * Returns the rate, in bytes per second: positive and finite.
     *
     * @param segmentLength in bytes, more than 0
     * @param rttNanos less than 1 microsecond counts as that
     * @param loss loss event fraction; clamped to what can be told from none, and 1
     */
    public static double bytesPerSecond(double segmentLength, long rttNanos, double loss) {
        double p = Math.min(Math.max(loss, SMALLEST_LOSS), 1);
        double weight = Math.sqrt(2 * p / 3) + 12 * Math.sqrt(3 * p / 8) * p * (1 + 32 * p * p);
        return segmentLength * 1e9 / (Math.max(rttNanos, 1_000) * weight);
    }

    /** Returns the loss event fraction that leads to a rate: the rate falls as the loss grows, so it is searched for. */
    public static double loss(double segmentLength, long rttNanos, double bytesPerSecond) {
        double low = Math.log(SMALLEST_LOSS);
        double high = 0;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (bytesPerSecond(segmentLength, rttNanos, Math.exp(middle)) > bytesPerSecond) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.exp(high);
    }
}

package dev.mimeo.protocol.receiver;

/**
 * How fast blocks may come to a receiver for its memory to hold those that are open: that take long to be repaired, or stored.
 *
 * <p>Memory holds what arrives in the time that a block stays (Little's law). If blocks left in the order in which they came, the
 * {@code n} that are out now would be the {@code n} that came last; since when they have come is how long one stays. Stragglers do
 * not count for more than others by that, and while nothing leaves it grows. So once half of the memory is out, the rate is that
 * at which {@link #FILL} of it would be.
 *
 * <p>Confined to the protocol thread. Rates are bytes per second of content.
 */
final class MemoryLimit {
    /** Below this share nothing limits. */
    private static final double FIRST_SHARE = 0.5;
    /** The share of the memory that is to be out, so that there is room for what takes longer than the others. */
    private static final double FILL = 0.75;
    /** Of the blocks that came last. */
    private static final int TIMES = 1_024;

    private final long[] times = new long[TIMES];
    private long opened;
    private int content;

    /** A block was taken out, for so many bytes of content. */
    void onOpened(int bytes, long nowNanos) {
        content = bytes;
        times[(int) (opened++ % TIMES)] = nowNanos;
    }

    /**
     * Returns what suits the memory; {@link PathLimit#NONE} if there is enough.
     *
     * @param out blocks that are in use
     * @param available blocks that are not
     */
    double bytesPerSecond(int out, int available, long nowNanos) {
        int all = out + available;
        long counted = Math.min(Math.min(out, TIMES), opened);
        if (counted == 0 || out < FIRST_SHARE * all) {
            return PathLimit.NONE;
        }
        long since = times[(int) ((opened - counted) % TIMES)];
        double stayNanos = Math.max(1, nowNanos - since) * ((double) out / counted);
        return FILL * all * content * 1e9 / stayNanos;
    }
}

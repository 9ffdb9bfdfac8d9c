package dev.mimeo.protocol.kit;

/**
 * A slow line with a queue in front of it: datagrams wait for their turn, and are lost when the queue is full. Links that
 * share one share its rate. Confined to the thread of the simulation.
 */
public final class Bottleneck {
    private final int queueLength;
    private final long periodNanos;
    private double nanosPerByte;
    private double freeNanos;

    /**
     * Makes a line that is free.
     *
     * @param bytesPerSecond UDP payload
     * @param queueLength in bytes
     */
    public Bottleneck(long bytesPerSecond, int queueLength) {
        this(bytesPerSecond, queueLength, 0);
    }

    private Bottleneck(long bytesPerSecond, int queueLength, long periodNanos) {
        this.queueLength = queueLength;
        this.periodNanos = periodNanos;
        bytesPerSecond(bytesPerSecond);
    }

    /**
     * Makes a machine that is short of time: what arrives waits in the buffer of its socket, and once in a while its turn
     * comes, and it takes as much as suits {@code bytesPerSecond}. What it loses it loses in one piece.
     *
     * @param buffer in bytes; at least what is taken at a turn
     */
    public static Bottleneck starved(long bytesPerSecond, int buffer, long periodNanos) {
        return new Bottleneck(bytesPerSecond, buffer, periodNanos);
    }

    /** Changes the rate; what waits already leaves as it would have. */
    public void bytesPerSecond(long bytesPerSecond) {
        nanosPerByte = 1e9 / bytesPerSecond;
    }

    /** Returns how long a datagram takes to pass, or a negative number if it finds no room in the queue. */
    long pass(int length, long nowNanos) {
        double since = periodNanos == 0 ? nowNanos : (double) (nowNanos / periodNanos) * periodNanos;
        double taken = Math.max(0, freeNanos - since) + length * nanosPerByte;
        if (taken > queueLength * nanosPerByte) {
            return -1;
        }
        freeNanos = since + taken;
        double turn = periodNanos == 0 ? freeNanos : Math.ceil(freeNanos / periodNanos) * periodNanos;
        return (long) turn - nowNanos;
    }
}

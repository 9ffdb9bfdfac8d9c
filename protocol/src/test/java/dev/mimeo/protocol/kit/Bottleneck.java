package dev.mimeo.protocol.kit;

/**
 * A slow line with a queue in front of it: datagrams wait for their turn, and are lost when the queue is full. Links that
 * share one share its rate. Confined to the thread of the simulation.
 */
public final class Bottleneck {
    private final int queueLength;
    private double nanosPerByte;
    private double freeNanos;

    /**
     * Makes a line that is free.
     *
     * @param bytesPerSecond UDP payload
     * @param queueLength in bytes
     */
    public Bottleneck(long bytesPerSecond, int queueLength) {
        this.queueLength = queueLength;
        bytesPerSecond(bytesPerSecond);
    }

    /** Changes the rate; what waits already leaves as it would have. */
    public void bytesPerSecond(long bytesPerSecond) {
        nanosPerByte = 1e9 / bytesPerSecond;
    }

    /** Returns how long a datagram takes to pass, or a negative number if it finds no room in the queue. */
    long pass(int length, long nowNanos) {
        double waiting = Math.max(0, freeNanos - nowNanos);
        double taken = waiting + length * nanosPerByte;
        if (taken > queueLength * nanosPerByte) {
            return -1;
        }
        freeNanos = nowNanos + taken;
        return (long) taken;
    }
}

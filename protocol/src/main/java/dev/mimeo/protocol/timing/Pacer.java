package dev.mimeo.protocol.timing;

/**
 * Bytes that may leave now: a leaky bucket, drained at the rate (RFC 5740, section 2.1: everything a sender emits passes
 * one rate limit).
 *
 * <p>Timers wake tens of microseconds late, so pacing datagram by datagram would cost a wake-up for each. Instead, when
 * the bucket is full the sender waits until a whole {@link #QUANTUM_NANOS} of it has drained. The rest, half a
 * millisecond, is what a wake-up may be late without costing rate. The longest burst is what the rate carries in
 * {@link #BURST_NANOS}, plus one datagram.
 *
 * <p>On a busy machine a thread is late by milliseconds. A sender that had something to send makes that up, as far as the
 * burst is at most {@link #LATE_BYTES}, which receivers and switches have room for, and at most {@link #LATE_NANOS} at the
 * rate. One that had nothing to send makes nothing up.
 *
 * <p>Called by the sender, on the protocol thread.
 */
public final class Pacer {
    /** What may leave at once, as time at the rate: 1 ms. */
    public static final long BURST_NANOS = 1_000_000;
    /** How much of the bucket must drain before the sender goes on, as time at the rate: 0.5 ms. */
    public static final long QUANTUM_NANOS = 500_000;

    /** The longest burst of a sender that is late: 64 KiB, if {@link #BURST_NANOS} are not more. */
    public static final int LATE_BYTES = 1 << 16;
    /** The same as time at the rate: 10 ms. */
    public static final long LATE_NANOS = 10_000_000;

    private double nanosPerByte;
    /** What a sender may be late beyond a burst. */
    private double savedNanos;

    private double drainedNanos;
    private boolean waiting;
    private boolean idle = true;

    /** Starts with an empty bucket. */
    public Pacer(long bytesPerSecond) {
        rate(bytesPerSecond);
    }

    /** Changes the rate; at least 1 byte per second. */
    public void rate(long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("a rate of " + bytesPerSecond + " bytes per second");
        }
        nanosPerByte = 1e9 / bytesPerSecond;
        savedNanos = Math.max(0, Math.min(LATE_NANOS, LATE_BYTES * nanosPerByte) - BURST_NANOS);
    }

    /** Returns whether a datagram may leave now. */
    public boolean mayLeave(long nowNanos) {
        if (nowNanos < nextNanos()) {
            return false;
        }
        waiting = false;
        return true;
    }

    /** There is nothing to send. */
    public void onIdle() {
        idle = true;
    }

    /**
     * A datagram has left.
     *
     * @return how many bytes could have left before if the sender had not been so late that it may not make it up
     */
    public long onSent(int bytes, long nowNanos) {
        double earliest = idle ? nowNanos : nowNanos - savedNanos;
        double lostNanos = idle ? 0 : Math.max(0, earliest - drainedNanos);
        drainedNanos = Math.max(drainedNanos, earliest) + bytes * nanosPerByte;
        idle = false;
        waiting = drainedNanos > nowNanos + BURST_NANOS;
        return (long) (lostNanos / nanosPerByte);
    }

    /** Returns when the next datagram may leave; in the past if one may leave now. */
    public long nextNanos() {
        return (long) Math.ceil(drainedNanos - BURST_NANOS) + (waiting ? QUANTUM_NANOS : 0);
    }
}

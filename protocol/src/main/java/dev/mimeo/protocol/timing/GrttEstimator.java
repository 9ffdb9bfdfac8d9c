package dev.mimeo.protocol.timing;

import dev.mimeo.protocol.wire.Quantization;

/**
 * The sender's estimate of the largest round trip time in its group (RFC 5740, section 5.5.1; RFC 5401, section 3.7.1).
 *
 * <p>A larger sample replaces the estimate at once. At the end of a collection period with at least one sample the
 * estimate falls to the largest of them, but by no more than half. (The RFC says a tenth, which suits periods as long as a
 * round trip. Ours are a quarter of a second: one collector pause would slow every repair for many seconds.) What is
 * advertised is quantised (rounded up from 33 microseconds on) and never below the floor: on a LAN scheduling and collector
 * pauses outweigh the wire, and receivers scale all their timers by this number.
 *
 * <p>Called by the sender, on the protocol thread. Times are nanoseconds.
 */
public final class GrttEstimator {
    /** Largest estimate: 15 s. A larger sample counts as this. */
    public static final long CEILING_NANOS = 15_000_000_000L;

    private long floorNanos;
    private long estimateNanos;
    private long peakNanos;
    private int advertised;
    private long advertisedNanos;

    /** Starts from {@code initialNanos}; never advertises less than {@code floorNanos}. */
    public GrttEstimator(long initialNanos, long floorNanos) {
        this.floorNanos = floorNanos;
        adopt(initialNanos);
    }

    /** Changes the floor: the time that a datagram takes has changed with the rate. */
    public void floor(long nanos) {
        floorNanos = nanos;
        adopt(estimateNanos);
    }

    /** Those whose round trips were measured are gone: begins again from {@code nanos}. */
    public void restart(long nanos) {
        peakNanos = 0;
        adopt(nanos);
    }

    /** A receiver's response shows a round trip time. Negative samples, from a peer that invents, are ignored. */
    public void onSample(long rttNanos) {
        if (rttNanos < 0) {
            return;
        }
        long sample = Math.min(rttNanos, CEILING_NANOS);
        peakNanos = Math.max(peakNanos, Math.max(sample, 1));
        if (sample > estimateNanos) {
            adopt(sample);
        }
    }

    /** A collection period ends: one round of probing. */
    public void onPeriodEnd() {
        if (peakNanos > 0) {
            adopt(Math.max(estimateNanos / 2, peakNanos));
            peakNanos = 0;
        }
    }

    /** Returns the quantised value that goes into every sender message: 0 to 255. */
    public int advertised() {
        return advertised;
    }

    /** Returns what receivers make of {@link #advertised()}. */
    public long grttNanos() {
        return advertisedNanos;
    }

    private void adopt(long nanos) {
        estimateNanos = nanos;
        int quantized = Quantization.grtt(Math.max(nanos, floorNanos));
        if (quantized != advertised || advertisedNanos == 0) {
            advertised = quantized;
            advertisedNanos = Quantization.grttNanos(quantized);
        }
    }
}

package dev.mimeo.protocol.receiver;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.timing.GrttEstimator;
import dev.mimeo.protocol.wire.Quantization;

/** What a receiver knows about the sender it listens to: who, how its timers scale, how much is lost on the way. */
final class SenderTrack {
    private static final int LOSS_WINDOW = 1_000;
    /** Largest grtt_response that the wire can state. */
    private static final long LARGEST_RESPONSE_MICROS = (1L << 32) * 1_000_000;

    /** After such a silence any number will do. */
    private static final long FORGOTTEN_NANOS = 2_000_000_000;

    private final NodeId id;
    private final int instanceId;
    private int grtt = -1;
    private long grttNanos;
    private int backoffFactor;
    private int quantizedGroupSize = -1;
    private double groupSize;
    private int nextSequence = -1;
    private int expected;
    private int heard;
    private int lossPerMillion;

    /** The sequence number of the latest NORM_CMD(APPLICATION), -1 before any. */
    private int commandSequence = -1;

    private int ccSequence;
    private long probeSentMicros;
    private long probeHeardNanos;

    SenderTrack(NodeId id, int instanceId) {
        this.id = id;
        this.instanceId = instanceId;
    }

    NodeId id() {
        return id;
    }

    int instanceId() {
        return instanceId;
    }

    long grttNanos() {
        return grttNanos;
    }

    int backoffFactor() {
        return backoffFactor;
    }

    double groupSize() {
        return groupSize;
    }

    int lossPerMillion() {
        return lossPerMillion;
    }

    /** A message of the sender was heard: its common fields. Returns whether it states another round trip time. */
    boolean onMessage(int sequence, int quantizedGrtt, int backoff, int receivers) {
        boolean changed = quantizedGrtt != grtt;
        if (changed) {
            grtt = quantizedGrtt;
            grttNanos = Math.min(GrttEstimator.CEILING_NANOS, Quantization.grttNanos(quantizedGrtt));
        }
        backoffFactor = backoff;
        if (receivers != quantizedGroupSize) {
            quantizedGroupSize = receivers;
            groupSize = Quantization.receivers(receivers);
        }
        count(sequence);
        return changed;
    }

    /** Counts gaps in the sequence; a late or repeated number is no gap. The window forgets. */
    private void count(int sequence) {
        int gap = nextSequence < 0 ? 0 : (short) (sequence - nextSequence);
        if (gap < 0) {
            return;
        }
        nextSequence = (sequence + 1) & 0xffff;
        expected += gap + 1;
        heard++;
        if (expected >= LOSS_WINDOW) {
            lossPerMillion = (int) (1_000_000L * (expected - heard) / expected);
            expected = 0;
            heard = 0;
        }
    }

    /** A NORM_CMD(APPLICATION) was heard. Returns whether it is another than the last. */
    boolean onCommand(int sequence) {
        boolean another = sequence != commandSequence;
        commandSequence = sequence;
        return another;
    }

    /**
     * A NORM_CMD(CC) was heard. Returns whether it is later than the last, or that was long ago: an answer to one that somebody
     * repeats would make the round trip seem as long as it is old.
     */
    boolean onProbe(int sequence, long sentMicros, long nowNanos) {
        boolean later = probeSentMicros == 0
                || (short) (sequence - ccSequence) > 0
                || nowNanos - probeHeardNanos >= FORGOTTEN_NANOS;
        if (later) {
            ccSequence = sequence;
            probeSentMicros = sentMicros;
            probeHeardNanos = nowNanos;
        }
        return later;
    }

    int ccSequence() {
        return ccSequence;
    }

    /** Returns grtt_response: the send time of the last probe, moved on by how long ago it was heard; 0 if none was. */
    long grttResponseMicros(long nowNanos) {
        long heldMicros = (nowNanos - probeHeardNanos) / 1_000;
        return probeSentMicros == 0 ? 0 : Math.min(LARGEST_RESPONSE_MICROS, probeSentMicros + heldMicros);
    }
}

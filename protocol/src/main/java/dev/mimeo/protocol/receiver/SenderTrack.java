package dev.mimeo.protocol.receiver;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.wire.Quantization;

/** What a receiver knows about the sender it listens to: who, how its timers scale, how much is lost on the way. */
final class SenderTrack {
    private static final int LOSS_WINDOW = 1_000;

    private final NodeId id;
    private final int instanceId;
    private int grtt = -1;
    private long grttNanos;
    private int backoffFactor;
    private double groupSize;
    private int nextSequence = -1;
    private int expected;
    private int heard;
    private int lossPerMillion;

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

    /** A message of the sender was heard: its common fields. */
    void onMessage(int sequence, int quantizedGrtt, int backoff, int quantizedGroupSize) {
        if (quantizedGrtt != grtt) {
            grtt = quantizedGrtt;
            grttNanos = Quantization.grttNanos(quantizedGrtt);
        }
        if (backoff != backoffFactor || groupSize == 0) {
            backoffFactor = backoff;
        }
        groupSize = Quantization.receivers(quantizedGroupSize);
        count(sequence);
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

    /** A NORM_CMD(CC) was heard. */
    void onProbe(int sequence, long sentMicros, long nowNanos) {
        ccSequence = sequence;
        probeSentMicros = sentMicros;
        probeHeardNanos = nowNanos;
    }

    int ccSequence() {
        return ccSequence;
    }

    /** Returns grtt_response: the send time of the last probe, moved on by how long ago it was heard; 0 if none was. */
    long grttResponseMicros(long nowNanos) {
        return probeSentMicros == 0 ? 0 : probeSentMicros + (nowNanos - probeHeardNanos) / 1_000;
    }
}

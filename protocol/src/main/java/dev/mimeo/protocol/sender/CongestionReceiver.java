package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.timing.GrttEstimator;
import dev.mimeo.protocol.timing.ThroughputEquation;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.CongestionControl;
import dev.mimeo.protocol.wire.Quantization;

/** What a sender knows about the path to one receiver (RFC 5740, section 5.5.2.3). */
final class CongestionReceiver {
    /** What the newest sample weighs in the round trip time of a receiver that answers each probe; others: a half. */
    private static final double LIMITING_GAIN = 0.1;

    private final NodeId id;
    private long rttNanos;
    private double bytesPerSecond;
    private double loss;
    private boolean knowsItsRtt;
    private boolean hasLost;
    private int ccSequence;
    private long heardNanos;

    CongestionReceiver(NodeId id) {
        this.id = id;
    }

    NodeId id() {
        return id;
    }

    /** Returns its round trip time; 0 before one was measured. */
    long rttNanos() {
        return rttNanos;
    }

    /** Returns the rate that suits its path; 0 before it said anything about it. */
    double bytesPerSecond() {
        return bytesPerSecond;
    }

    double loss() {
        return loss;
    }

    /** Returns whether it said that it knows its round trip time. */
    boolean knowsItsRtt() {
        return knowsItsRtt;
    }

    /** Returns whether it has lost anything: until then its rate is a guess at what it could take. */
    boolean hasLost() {
        return hasLost;
    }

    /** Returns the probe that it answered last. */
    int ccSequence() {
        return ccSequence;
    }

    long heardNanos() {
        return heardNanos;
    }

    /** Counts as heard now: it has only become the limiting receiver, and was not asked to answer each probe. */
    void renew(int newestCcSequence, long nowNanos) {
        ccSequence = newestCcSequence;
        heardNanos = nowNanos;
    }

    /** It was heard, and its round trip time was measured, unless {@code sampleNanos} is negative. */
    void onHeard(long sampleNanos, boolean limiting, CcFeedback feedback, long nowNanos) {
        heardNanos = nowNanos;
        if (sampleNanos < 0) {
            return;
        }
        if (limiting && rttNanos > 0) {
            rttNanos += (long) (LIMITING_GAIN * (sampleNanos - rttNanos));
        } else if (feedback != null && (feedback.flags() & CcFeedback.RTT) != 0) {
            rttNanos = (Quantization.grttNanos(feedback.rtt()) + sampleNanos) / 2;
        } else {
            rttNanos = sampleNanos;
        }
        rttNanos = Math.max(1, Math.min(rttNanos, GrttEstimator.CEILING_NANOS));
    }

    /**
     * It told about its path. What a receiver of ours says that it can take counts as it is. Of others, its own figure counts before any loss, and while it does not know its round trip time; then
     * the rate follows from its loss and the round trip time as measured here. (Loss without a fraction comes from the
     * reference implementation, in NACKs.)
     */
    void onFeedback(CcFeedback feedback, double segmentLength) {
        ccSequence = feedback.ccSequence();
        knowsItsRtt = (feedback.flags() & CcFeedback.RTT) != 0;
        hasLost = (feedback.flags() & CcFeedback.START) == 0;
        loss = Quantization.preciseLossFraction(feedback.loss(), feedback.reserved());
        bytesPerSecond = feedback.limit() == null && hasLost && knowsItsRtt && loss > 0 && rttNanos > 0
                ? ThroughputEquation.bytesPerSecond(segmentLength, rttNanos, loss)
                : Quantization.bytesPerSecond(feedback.rate());
    }

    /** Returns its item in cc_node_list. Who has told nothing yet is asked to answer at once. */
    CongestionControl.Node node(boolean limiting) {
        int flags = (limiting ? CcFeedback.CLR : bytesPerSecond == 0 ? CcFeedback.PLR : 0)
                | (rttNanos > 0 ? CcFeedback.RTT : 0);
        return new CongestionControl.Node(id, flags, Quantization.grtt(rttNanos), Quantization.rate(bytesPerSecond));
    }
}

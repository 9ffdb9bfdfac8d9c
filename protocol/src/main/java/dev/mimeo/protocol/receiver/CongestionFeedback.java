package dev.mimeo.protocol.receiver;

import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.timing.NackBackoff;
import dev.mimeo.protocol.timing.ThroughputEquation;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.CongestionControl;
import dev.mimeo.protocol.wire.Quantization;
import dev.mimeo.protocol.wire.RateLimit;
import java.util.random.RandomGenerator;

/**
 * What a receiver tells its sender about the path, and when (RFC 5740, section 5.5.2.2).
 *
 * <p>Congestion control is in effect when the last probe listed receivers. The current limiting receiver, and those that
 * may become it, then answer at once. The others wait for a random time up to K * GRTT, and stay silent if somebody whose
 * rate is no higher has answered; after either they hold off for K * GRTT. A newer probe does not cancel the wait, as it
 * does in the RFC: probes follow each other faster than others than the limiting receiver could ever answer.
 *
 * <p>A sender whose probes ask for limits adapts to what receivers can take (see {@link PathLimit}, {@link OwnLimits}).
 * The limiting receiver then answers every probe, the others only with a limit that is distinctly below what the probe
 * lists for that one: of ten thousand receivers few ever speak.
 *
 * <p>While it is not in effect probes collect round trip times: they are answered within {@link #LONGEST_WAIT_NANOS}, not
 * within K * GRTT, since an estimate that is too large would otherwise keep the answers away that lower it; any answer to
 * the same probe spares ours.
 *
 * <p>Owned by {@link ReceiverMachine}, one for each instance of a sender. Times are nanoseconds.
 */
final class CongestionFeedback {
    private static final long LONGEST_WAIT_NANOS = 100_000_000;
    /** Who has told of a limit, but is not the limiting receiver, is not heeded, or will soon be that. */
    private static final long LIMIT_HOLDOFF_NANOS = 250_000_000;
    /** Rates that are closer than this count as the same: one answer tells of both. */
    private static final double CLOSE = 0.9;
    /** One part in so many of a message's length goes into the average. */
    private static final int LENGTH_SHARE = 16;

    private enum State {
        IDLE,
        /** An answer is due at the deadline. */
        WAITING,
        /** An answer was given, by us or by others: none is due before the deadline. */
        HOLDOFF
    }

    private final NodeId self;
    private final SenderTrack sender;
    private final RandomGenerator random;
    private final LossHistory losses = new LossHistory();
    private final ReceiveRate arrivals = new ReceiveRate();
    private final PathLimit path = new PathLimit();
    private final OwnLimits own;
    /** Where nothing so long passes at all, a lower rate does not help. */
    private boolean fullSymbolHeard;

    private double segmentLength;
    private double statedRate;
    private long ownRttNanos;
    private boolean inEffect;
    /** Whether the sender wants to know what we can take, rather than what TCP would do. */
    private boolean limitWanted;
    /** What the last probe says that the limiting receiver can take. */
    private double leastKnown = PathLimit.NONE;

    private int role;
    private int askedSequence;
    private State state = State.IDLE;
    private long deadlineNanos = Machine.NEVER;

    /** Starts without an own round trip time, from what {@code sender} states about its group. */
    CongestionFeedback(NodeId self, SenderTrack sender, OwnLimits own, RandomGenerator random) {
        this.self = self;
        this.sender = sender;
        this.own = own;
        this.random = random;
    }

    /** A message of the sender arrived: any counts for loss and rate, data for the size of a segment. */
    void onMessage(int sequence, int length, boolean data, long nowNanos) {
        own.onMessage(length);
        if (fullSymbolHeard) {
            path.onMessage(sequence);
        }
        arrivals.onMessage(length, rttNanos(), nowNanos);
        if (data) {
            segmentLength += segmentLength == 0 ? length : (length - segmentLength) / LENGTH_SHARE;
        }
        if (losses.onMessage(sequence, rttNanos(), nowNanos)) {
            beginLosses();
        }
    }

    /** Until its first event the path is taken to have had the loss that explains the rate; unknown, the next is the first. */
    private void beginLosses() {
        double rate = arrivals.recentPeak() > 0 ? arrivals.recentPeak() : statedRate;
        if (rate > 0) {
            losses.begin(1 / ThroughputEquation.loss(segmentLength(), rttNanos(), rate));
        }
    }

    /** A symbol has arrived that is as long as any of its object. */
    void onFullSymbol() {
        fullSymbolHeard = true;
    }

    /**
     * A probe arrived.
     *
     * @param reporting whether our reports answer it as far as round trip times go
     */
    void onProbe(CongestionControl probe, boolean reporting, long nowNanos) {
        limitWanted = probe.limitWanted();
        inEffect = limitWanted || !probe.nodes().isEmpty();
        role = 0;
        leastKnown = PathLimit.NONE;
        for (CongestionControl.Node node : probe.nodes()) {
            if (node.id().equals(self)) {
                role |= node.flags() & (CcFeedback.CLR | CcFeedback.PLR);
                ownRttNanos = (node.flags() & CcFeedback.RTT) == 0 ? ownRttNanos : Quantization.grttNanos(node.rtt());
            }
            if ((node.flags() & CcFeedback.CLR) != 0) {
                leastKnown = Quantization.bytesPerSecond(node.rate());
            }
        }
        if (probe.sendRate().isEmpty()) {
            return;
        }
        statedRate = Quantization.bytesPerSecond(probe.sendRate().getAsInt());
        path.onProbe(statedRate);
        if (!inEffect && reporting) {
            return;
        }
        if (role != 0) {
            enter(State.WAITING, nowNanos);
        } else if (limitWanted && CLOSE * leastKnown <= bytesPerSecond(nowNanos)) {
            spare();
        } else if (state == State.IDLE) {
            long longest = inEffect ? roundNanos() : Math.min(LONGEST_WAIT_NANOS, roundNanos());
            askedSequence = probe.ccSequence();
            enter(State.WAITING, nowNanos + NackBackoff.drawNanos(longest, sender.groupSize(), random));
        }
    }

    /**
     * Feedback of another receiver was heard, from itself or, repeated, from the sender.
     *
     * @param repeated whether the sender repeats it: its cc_sequence then says nothing
     */
    void onHeard(CcFeedback heard, boolean repeated, long nowNanos) {
        if (state == State.WAITING
                && role == 0
                && (inEffect ? spares(heard, repeated, nowNanos) : answersTheSame(heard))) {
            onAnswered(nowNanos);
        }
    }

    /** The sender knows of somebody who can take no more than we can. */
    private void spare() {
        if (state == State.WAITING) {
            enter(State.IDLE, Machine.NEVER);
        }
    }

    private boolean answersTheSame(CcFeedback heard) {
        return heard.ccSequence() == sender.ccSequence();
    }

    /**
     * Where limits are wanted, only the limiting receiver's answer spares ours if the two are not both without a limit: it counts
     * for the sender, others may not. Otherwise loss is heard over no loss, and, where the round trip time is not known yet,
     * only others like it are heeded.
     */
    private boolean spares(CcFeedback heard, boolean repeated, long nowNanos) {
        boolean current = repeated || (short) (heard.ccSequence() - askedSequence) >= 0;
        boolean leaves = (heard.flags() & CcFeedback.LEAVE) != 0;
        boolean betterInformed = !limitWanted && ownRttNanos == 0 && (heard.flags() & CcFeedback.RTT) != 0;
        boolean unlimited = (heard.flags() & CcFeedback.START) != 0;
        boolean counts = !limitWanted || (heard.flags() & CcFeedback.CLR) != 0;
        boolean otherKind = isLimited(nowNanos) ? unlimited || !counts : !unlimited && !counts;
        double rate = Quantization.bytesPerSecond(heard.rate());
        return current
                && !leaves
                && !betterInformed
                && !otherKind
                && rate > 0
                && bytesPerSecond(nowNanos) > CLOSE * rate;
    }

    /** Our feedback has left, in an answer or with a request, or that of others has spared it. */
    void onAnswered(long nowNanos) {
        if (inEffect) {
            long holdOff = limitWanted && role == 0 ? Math.max(LIMIT_HOLDOFF_NANOS, roundNanos()) : roundNanos();
            enter(State.HOLDOFF, nowNanos + holdOff);
        } else {
            enter(State.IDLE, Machine.NEVER);
        }
    }

    /** The group round trip time has changed: nothing is waited for longer than it would be now. */
    void onGrtt(long nowNanos) {
        if (state != State.IDLE) {
            deadlineNanos = Math.min(deadlineNanos, nowNanos + roundNanos());
        }
    }

    /** The receiver leaves: a sender that waits for its word is told at once, so that it looks for another. */
    void onClose() {
        if (role != 0) {
            enter(State.WAITING, 0);
        }
    }

    /** Returns whether an answer is due, which {@link #onAnswered} then notes. Ends the hold-off if it is over. */
    boolean isDue(long nowNanos) {
        if (nowNanos < deadlineNanos) {
            return false;
        }
        boolean due = state == State.WAITING;
        enter(State.IDLE, Machine.NEVER);
        return due;
    }

    /** Returns when there is something to do, or {@link Machine#NEVER}. */
    long deadlineNanos() {
        return deadlineNanos;
    }

    /** Returns whether the sender adapts its rate to what receivers tell. */
    boolean isInEffect() {
        return inEffect;
    }

    /** Returns whether the sender waits for our word. */
    boolean isLimiting() {
        return role != 0;
    }

    /** Returns EXT_CC as it is now. */
    CcFeedback feedback(boolean leaving, long nowNanos) {
        double loss = limitWanted ? path.loss() : losses.fraction();
        long precise = Quantization.preciseLoss(loss);
        return new CcFeedback(
                sender.ccSequence(),
                role
                        | (ownRttNanos > 0 ? CcFeedback.RTT : 0)
                        | (isLimited(nowNanos) ? 0 : CcFeedback.START)
                        | (leaving ? CcFeedback.LEAVE : 0),
                Quantization.grtt(rttNanos()),
                (int) (precise >>> Short.SIZE),
                Quantization.rate(bytesPerSecond(nowNanos)),
                (int) (precise & 0xffff),
                limitWanted ? limit(nowNanos) : null);
    }

    private boolean isLimited(long nowNanos) {
        return limitWanted ? limit(nowNanos) != RateLimit.NONE : losses.fraction() > 0;
    }

    private RateLimit limit(long nowNanos) {
        double stored = own.bytesPerSecond(nowNanos);
        if (stored < path.bytesPerSecond()) {
            return RateLimit.STORAGE;
        }
        return path.bytesPerSecond() == PathLimit.NONE ? RateLimit.NONE : RateLimit.PATH;
    }

    /**
     * Returns the rate that suits us: twice what arrives until something limits, then as much as we can take, or, for a
     * sender that does not want to know that, what TCP would have.
     */
    private double bytesPerSecond(long nowNanos) {
        if (limitWanted) {
            double limit = Math.min(path.bytesPerSecond(), own.bytesPerSecond(nowNanos));
            return limit == PathLimit.NONE ? 2 * path.arrivingBytesPerSecond() : limit;
        }
        double loss = losses.fraction();
        return loss == 0
                ? 2 * arrivals.bytesPerSecond()
                : ThroughputEquation.bytesPerSecond(segmentLength(), rttNanos(), loss);
    }

    private double segmentLength() {
        return Math.max(1, segmentLength);
    }

    private long rttNanos() {
        return ownRttNanos > 0 ? ownRttNanos : sender.grttNanos();
    }

    private long roundNanos() {
        return sender.backoffFactor() * sender.grttNanos();
    }

    private void enter(State next, long untilNanos) {
        state = next;
        deadlineNanos = untilNanos;
    }
}

package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.CongestionControl;
import dev.mimeo.protocol.wire.Quantization;
import dev.mimeo.protocol.wire.RateLimit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The fastest rate that receivers can take, between a floor and a cap.
 *
 * <p>Receivers find out themselves what they can take, since only they see all that is lost: at which rate more does not
 * arrive although more is sent, and what their storage takes (EXT_LIMIT). The sender's part is the experiment. Each rate
 * begins with a probe, and a raise needs an answer about a whole interval at the rate as it is: so what is lost by going too
 * far is a few hundredths of a second of the last step.
 *
 * <ul>
 *   <li>Searching, from a tenth of the cap, it goes up by a step with each such answer, until somebody's path limits.
 *   <li>Then it goes a little below what that path took, and up again slowly: by a share of the cap in each second, so that
 *       senders that meet on one path come to equal rates, and by a share of its own at most. Far beyond what the path took
 *       the last time it searches again.
 *   <li>It follows what somebody's storage takes, up and down, and what a plain receiver says that TCP would do; if there are
 *       receivers of ours, down to two fifths of what was once carried, since TCP takes any loss for a knee.
 *   <li>One slow machine does not hold the others, if it may not: who takes less than two fifths of what was once carried is
 *       not heeded. Unless more of them say so than may be spared: then it is not the machines.
 *   <li>It is not raised while much less is sent than it allows: the source is what limits, or this machine, if it has time to send
 *       for less than half of it. While next to nothing is sent, loss does not lower it.
 *   <li>Without any answer to data that flows it is halved each {@link #SILENCE_NANOS}.
 * </ul>
 *
 * <p>What comes from the wire may be forged: it moves the rate between floor and cap, and no further.
 */
final class AdaptiveRate implements RateControl {
    /** How long an interval between probes is at least. */
    static final long SHORTEST_INTERVAL_NANOS = 10_000_000;
    /** How many datagrams it is long at least: the loss of fewer says little. */
    static final int FEWEST_DATAGRAMS = 128;
    /** Nobody has said anything: the rate is halved. */
    static final long SILENCE_NANOS = 1_000_000_000;
    /** After a longer pause in the data nobody can be expected to have said anything. */
    private static final long LONGEST_PAUSE_NANOS = 250_000_000;
    /** A limiting receiver that has been silent for so long, and for NORM_ROBUST_FACTOR probes, is given up. */
    static final long PATIENCE_NANOS = 1_000_000_000;
    /** One that nothing limits can be replaced by any other: it is given up when it has left so many probes unanswered. */
    private static final int UNANSWERED = 2;
    /** The search begins no higher than this, nor above a tenth of the cap. */
    static final long HIGHEST_START = 12_500_000;

    /** How fast it rises while it searches, as a share of itself in a second: tenfold in half a second. */
    private static final double SEARCH_RISE = 5;
    /** The largest step of a search, where intervals are long. */
    private static final double LARGEST_STEP = 0.35;
    /** How fast it rises at most when it does not search, as a share of itself in a second. */
    private static final double STEEPEST_RISE = 0.2;
    /** The same, for each datagram that is sent: the less there is to judge by, the slower. */
    private static final double RISE_PER_DATAGRAM = 0.12 / 1_000;
    /** So far beyond what the path took the last time it is another path. */
    private static final double BEYOND = 1.25;
    /** So much of what the rate allows is sent at least, or it is not what limits. */
    private static final double USED = 0.9;
    /** So much of what is sent may not have been sent in time as well, which a busy machine wakes too late for. */
    private static final double LATE = 0.8;
    /** With less than this share, what is lost does not come from the rate. */
    private static final double LEAST_USED = 0.1;
    /** Who takes less of what was once carried is slow. */
    private static final double LEAST_SHARE = 0.4;
    /** So many are spared at most, however many there are. */
    private static final int LARGEST_SPARED = 16;
    /** One part in so many of a datagram's length goes into the average. */
    private static final int LENGTH_SHARE = 16;

    private final long floor;
    private final long highest;
    private final RatePolicy.Sharing sharing;
    private final int robustFactor;
    private final CongestionReceivers receivers = new CongestionReceivers(CongestionReceivers.PROMPT);
    /** Who is not heeded; at most as many as may be spared. */
    private final Set<NodeId> slow = new HashSet<>();

    private int spared;
    /** Whether anybody tells limits: receivers of ours are there. */
    private boolean limitsHeard;

    private double cap;
    private double rate;
    /** The highest rate that was carried. */
    private double carried;
    /** What a path took when it was last found full. */
    private double knee;

    private boolean searching = true;
    private double datagramLength = 1_448;
    private int ccSequence;
    /** The probe that the present rate began with, if one has. */
    private int firstProbe;

    private boolean begun;
    private long sinceNanos;
    private long sentSince;
    private long lateSince;
    private long sentNanos;
    /** Since when data has flown without a pause. */
    private long flowNanos;
    /** Whether enough was sent before the last probe for its loss to come from the rate. */
    private boolean flowing;

    private long probedNanos;
    private long sentSinceProbe;
    private long heardNanos;
    private CcFeedback limitingFeedback;

    /** The cap is the rate of {@code config}. */
    AdaptiveRate(SenderConfig config, RatePolicy.Adaptive policy) {
        highest = config.bytesPerSecond();
        floor = policy.floor();
        sharing = policy.sharing();
        robustFactor = config.robustFactor();
        cap = highest;
        rate = Math.min(cap, Math.max(floor, Math.min(HIGHEST_START, cap / 10)));
        carried = rate;
    }

    @Override
    public long bytesPerSecond() {
        return Math.max(1, (long) rate);
    }

    @Override
    public void cap(long bytesPerSecond) {
        cap = Math.min(highest, bytesPerSecond);
        set(rate);
    }

    @Override
    public boolean isAdaptive() {
        return true;
    }

    @Override
    public boolean wantsLimits() {
        return true;
    }

    @Override
    public Optional<NodeId> limiting() {
        return receivers.limiting().filter(CongestionReceiver::hasLost).map(CongestionReceiver::id);
    }

    @Override
    public void onHeard(NodeId id, CcFeedback feedback, long rttNanos, long nowNanos) {
        if (feedback != null && (feedback.flags() & CcFeedback.LEAVE) != 0) {
            forget(id, nowNanos);
            return;
        }
        double stated = feedback == null ? 0 : Quantization.bytesPerSecond(feedback.rate());
        if (spares(id, feedback, stated, nowNanos)) {
            heardNanos = nowNanos;
            return;
        }
        Optional<CongestionReceiver> found = receivers.find(id, stated, nowNanos);
        if (found.isEmpty()) {
            return;
        }
        CongestionReceiver receiver = found.get();
        receiver.onHeard(rttNanos, receivers.isLimiting(id), feedback, nowNanos);
        if (feedback != null && stated > 0) {
            heardNanos = nowNanos;
            receiver.onFeedback(feedback, datagramLength);
            receivers.consider(receiver);
            limitingFeedback =
                    limitingFeedback == null || feedback.rate() < limitingFeedback.rate() ? feedback : limitingFeedback;
            heed(receiver, feedback, nowNanos);
        }
    }

    @Override
    public boolean isSpared(NodeId receiver) {
        return slow.contains(receiver);
    }

    private boolean spares(NodeId id, CcFeedback feedback, double stated, long nowNanos) {
        if (feedback == null || stated == 0) {
            return slow.contains(id);
        }
        if (feedback.limit() == null || (feedback.flags() & CcFeedback.START) != 0 || stated >= LEAST_SHARE * carried) {
            slow.remove(id);
            return false;
        }
        slow.add(id);
        if (slow.size() > Math.min(spared, LARGEST_SPARED)) {
            slow.clear();
            carried = stated;
            return false;
        }
        receivers.remove(id, ccSequence, nowNanos);
        return true;
    }

    private void heed(CongestionReceiver receiver, CcFeedback feedback, long nowNanos) {
        double most = Double.POSITIVE_INFINITY;
        if (feedback.limit() == RateLimit.PATH && !flowing) {
            return;
        }
        if (feedback.limit() == RateLimit.PATH) {
            knee = receiver.bytesPerSecond();
            searching = false;
            most = knee * sharing.kept();
        } else if (receiver.hasLost()) {
            most = receiver.bytesPerSecond();
        }
        if (feedback.limit() == null && limitsHeard) {
            most = Math.max(most, LEAST_SHARE * carried);
        }
        limitsHeard |= feedback.limit() != null;
        if (most < rate) {
            set(most);
            begin(nowNanos);
        } else if (receivers.isLimiting(receiver.id()) && isOfThisRate(feedback)) {
            raise(most, nowNanos);
        }
    }

    /** Returns whether an interval at the present rate was over when it was said. */
    private boolean isOfThisRate(CcFeedback feedback) {
        return begun && (short) (feedback.ccSequence() - firstProbe) > 0;
    }

    private void raise(double most, long nowNanos) {
        double seconds = (nowNanos - sinceNanos) / 1e9;
        double used = sentSince + Math.min(lateSince, LATE * sentSince);
        if (used >= USED * rate * seconds) {
            carried = Math.max(carried, rate);
            double step = searching
                    ? Math.min(LARGEST_STEP, SEARCH_RISE * seconds) * rate
                    : Math.min(steepness() * rate, sharing.risePerSecond() * highest) * seconds;
            set(Math.min(most, rate + step));
            searching |= rate > BEYOND * knee;
        }
        begin(nowNanos);
    }

    private double steepness() {
        return Math.min(STEEPEST_RISE, RISE_PER_DATAGRAM * rate / datagramLength);
    }

    private void set(double bytesPerSecond) {
        double next = Math.min(cap, Math.max(floor, bytesPerSecond));
        begun &= next == rate;
        rate = next;
    }

    private void begin(long nowNanos) {
        sinceNanos = nowNanos;
        sentSince = 0;
        lateSince = 0;
    }

    /** The limiting receiver answers every probe, whoever hears it; probes list it. */
    @Override
    public boolean isWorthRepeating(NodeId receiver) {
        return !receivers.isLimiting(receiver);
    }

    @Override
    public void onSymbolSent(int bytes, long nowNanos) {
        datagramLength += (bytes - datagramLength) / LENGTH_SHARE;
        sentSince += bytes;
        sentSinceProbe += bytes;
        flowNanos = nowNanos - sentNanos > LONGEST_PAUSE_NANOS ? nowNanos : flowNanos;
        sentNanos = nowNanos;
    }

    @Override
    public void onLate(long bytes) {
        lateSince += bytes;
    }

    @Override
    public void onProbe(int sequence, long groupRttNanos, long nowNanos) {
        ccSequence = sequence;
        flowing = sentSinceProbe >= LEAST_USED * rate * (nowNanos - probedNanos) / 1e9;
        probedNanos = nowNanos;
        sentSinceProbe = 0;
        if (!begun) {
            begun = true;
            firstProbe = sequence;
        }
        receivers.limiting().ifPresent(limiting -> {
            int age = (ccSequence - limiting.ccSequence()) & 0xffff;
            boolean gone = limiting.hasLost()
                    ? age > robustFactor && nowNanos - limiting.heardNanos() >= PATIENCE_NANOS
                    : age > UNANSWERED;
            if (gone) {
                forget(limiting.id(), nowNanos);
            }
        });
        if (sentNanos - Math.max(flowNanos, heardNanos) >= SILENCE_NANOS) {
            heardNanos = nowNanos;
            set(rate / 2);
        }
    }

    @Override
    public void spare(int receivers) {
        spared = receivers;
    }

    @Override
    public void forget(NodeId receiver, long nowNanos) {
        slow.remove(receiver);
        receivers.remove(receiver, ccSequence, nowNanos);
    }

    /** A new rate begins with a probe. */
    @Override
    public long probeNanos(long nowNanos) {
        if (!begun) {
            return nowNanos;
        }
        long rtt = receivers.limiting().map(CongestionReceiver::rttNanos).orElse(0L);
        long datagrams = (long) (FEWEST_DATAGRAMS * datagramLength * 1e9 / rate);
        return nowNanos + Math.max(Math.max(SHORTEST_INTERVAL_NANOS, rtt), datagrams);
    }

    @Override
    public List<CongestionControl.Node> nodes() {
        return receivers.nodes();
    }

    @Override
    public Optional<CcFeedback> takeLimitingFeedback() {
        Optional<CcFeedback> taken = Optional.ofNullable(limitingFeedback);
        limitingFeedback = null;
        return taken;
    }
}

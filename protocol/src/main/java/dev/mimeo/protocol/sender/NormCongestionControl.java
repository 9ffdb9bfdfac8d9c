package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.CongestionControl;
import dev.mimeo.protocol.wire.Quantization;
import java.util.List;
import java.util.Optional;

/**
 * NORM-CC: the rate follows the receiver with the slowest path, the current limiting receiver, CLR (RFC 5740, section
 * 5.5.2.3), between a floor and a cap.
 *
 * <p>Slow start: until any receiver tells of loss, the rate is what the slowest told, which is twice what arrived there;
 * raised once per group round trip. After that it falls to what the CLR's path suits at once, and rises by one segment
 * per round trip. Nor does it ever more than double at once, or rise beyond twice what was really sent: a sender that
 * waits for its disk has not shown that the path carries more.
 *
 * <p>A CLR that does not answer halves the rate, again and again; one that stays silent is given up, and the next slowest
 * takes its place. A pause halves the rate too. The periods of both have lower bounds, against sub-millisecond round trips
 * and collector pauses; the documentation of the module lists them.
 *
 * <p>What comes from the wire may be forged: it moves the rate between floor and cap, and no further.
 */
final class NormCongestionControl implements RateControl {
    /** Probes are at least this far apart. */
    static final long SHORTEST_PROBE_INTERVAL_NANOS = 5_000_000;
    /** A CLR is late when so many probes have left since the one that it answered last. */
    static final int LARGEST_AGE = 4;
    /** While it is late, the rate is halved once per round trip, but not more often than this. */
    static final long SHORTEST_HALVING_NANOS = 20_000_000;
    /** It is given up after NORM_ROBUST_FACTOR probes, and not before this. */
    static final long SHORTEST_PATIENCE_NANOS = 1_000_000_000;
    /** The rate is halved for each pause in the data that is as long as four round trips and this. */
    static final long SHORTEST_PAUSE_NANOS = 250_000_000;
    /** So much time at most counts for one increase, unless the round trip is longer. */
    private static final long LONGEST_STEP_NANOS = 50_000_000;
    /** One part in so many of a datagram's length goes into the average. */
    private static final int LENGTH_SHARE = 16;

    private final double floor;
    private final double highest;
    private final int robustFactor;
    private final CongestionReceivers receivers = new CongestionReceivers(CongestionReceivers.DISTANT);

    private double cap;
    private double rate;
    private boolean slowStart = true;
    private double segmentLength = 1_408;
    private int ccSequence;
    private long grttNanos;
    private long probeIntervalNanos;
    private long raisedNanos;
    private long sentSinceRaised;
    private long halvedNanos;
    private long sentNanos;
    private CcFeedback limitingFeedback;

    /** Starts at the floor; the cap is the rate of {@code config}. */
    NormCongestionControl(SenderConfig config, long floor) {
        this.highest = config.bytesPerSecond();
        this.floor = floor;
        cap = highest;
        robustFactor = config.robustFactor();
        grttNanos = config.initialGrttNanos();
        probeIntervalNanos = grttNanos;
        set(floor);
    }

    @Override
    public void cap(long bytesPerSecond) {
        cap = Math.min(highest, bytesPerSecond);
        set(rate);
    }

    @Override
    public long bytesPerSecond() {
        return (long) rate;
    }

    @Override
    public boolean isAdaptive() {
        return true;
    }

    /** Returns whether nobody has told of loss. */
    boolean isSlowStart() {
        return slowStart;
    }

    @Override
    public Optional<NodeId> limiting() {
        return receivers.limiting().map(CongestionReceiver::id);
    }

    @Override
    public void onHeard(NodeId id, CcFeedback feedback, long rttNanos, long nowNanos) {
        if (feedback != null && (feedback.flags() & CcFeedback.LEAVE) != 0) {
            remove(id, nowNanos);
            return;
        }
        double stated = feedback == null ? 0 : Quantization.bytesPerSecond(feedback.rate());
        Optional<CongestionReceiver> found = receivers.find(id, stated, nowNanos);
        if (found.isEmpty()) {
            return;
        }
        CongestionReceiver receiver = found.get();
        receiver.onHeard(rttNanos, receivers.isLimiting(id), feedback, nowNanos);
        if (feedback != null) {
            receiver.onFeedback(feedback, segmentLength);
            slowStart &= (feedback.flags() & CcFeedback.START) != 0;
            noteLimiting(feedback);
            receivers.consider(receiver);
            if (receivers.isLimiting(id)) {
                approach(receiver, nowNanos);
            }
        }
    }

    /** The limiting receiver answers every probe, whoever hears it; probes list it. */
    @Override
    public boolean isWorthRepeating(NodeId receiver) {
        return !receivers.isLimiting(receiver);
    }

    /** Keeps what suppresses most: who does not know its round trip time, then the lowest rate (RFC 5740, 4.2.3.5). */
    private void noteLimiting(CcFeedback feedback) {
        if (Quantization.bytesPerSecond(feedback.rate()) > 0
                && (limitingFeedback == null || suppression(feedback) < suppression(limitingFeedback))) {
            limitingFeedback = feedback;
        }
    }

    private static double suppression(CcFeedback feedback) {
        double rate = Quantization.bytesPerSecond(feedback.rate());
        return (feedback.flags() & CcFeedback.RTT) == 0 ? -1 / rate : rate;
    }

    private void approach(CongestionReceiver limiting, long nowNanos) {
        double target = limiting.bytesPerSecond();
        if (target > rate) {
            raise(target, limiting, nowNanos);
        } else if (limiting.hasLost()) {
            set(target);
            restartStep(nowNanos);
        }
    }

    private void raise(double target, CongestionReceiver limiting, long nowNanos) {
        long period = slowStart ? grttNanos : Math.max(1_000, limiting.rttNanos());
        long elapsed = nowNanos - raisedNanos;
        if (elapsed < period) {
            return;
        }
        double most = Math.min(2 * rate, Math.max(rate, 2 * sentSinceRaised * 1e9 / elapsed));
        if (!slowStart) {
            double seconds = Math.min(elapsed, Math.max(period, LONGEST_STEP_NANOS)) / 1e9;
            most = Math.min(most, rate + segmentLength * seconds * (1e9 / period) * (1e9 / period));
        }
        set(Math.min(target, most));
        restartStep(nowNanos);
    }

    private void set(double bytesPerSecond) {
        rate = Math.min(cap, Math.max(floor, bytesPerSecond));
    }

    private void restartStep(long nowNanos) {
        raisedNanos = nowNanos;
        sentSinceRaised = 0;
    }

    @Override
    public void onSymbolSent(int bytes, long nowNanos) {
        segmentLength += (bytes - segmentLength) / LENGTH_SHARE;
        sentSinceRaised += bytes;
        sentNanos = nowNanos;
    }

    @Override
    public void onProbe(int sequence, long groupRttNanos, long nowNanos) {
        ccSequence = sequence;
        grttNanos = groupRttNanos;
        receivers.limiting().ifPresent(limiting -> onProbe(limiting, nowNanos));
        probeIntervalNanos = receivers
                .limiting()
                .map(limiting -> Math.max(SHORTEST_PROBE_INTERVAL_NANOS, limiting.rttNanos()))
                .orElse(grttNanos);
    }

    private void onProbe(CongestionReceiver limiting, long nowNanos) {
        int age = (ccSequence - limiting.ccSequence()) & 0xffff;
        long rtt = limiting.rttNanos();
        boolean paused = nowNanos - sentNanos >= pauseNanos(rtt) && nowNanos - halvedNanos >= pauseNanos(rtt);
        boolean late = age > LARGEST_AGE && nowNanos - halvedNanos >= Math.max(SHORTEST_HALVING_NANOS, rtt);
        if (age > robustFactor && nowNanos - limiting.heardNanos() >= SHORTEST_PATIENCE_NANOS) {
            remove(limiting.id(), nowNanos);
        } else if (late || paused) {
            set(rate / 2);
            halvedNanos = nowNanos;
        }
    }

    @Override
    public void forget(NodeId receiver, long nowNanos) {
        remove(receiver, nowNanos);
    }

    /** Without anybody left who limits the rate, it starts again. */
    private void remove(NodeId id, long nowNanos) {
        boolean wasLimiting = receivers.isLimiting(id);
        receivers.remove(id, ccSequence, nowNanos);
        if (wasLimiting && receivers.limiting().isEmpty()) {
            slowStart = true;
            set(floor);
        }
    }

    private static long pauseNanos(long rttNanos) {
        return Math.max(SHORTEST_PAUSE_NANOS, 4 * rttNanos);
    }

    @Override
    public long probeNanos(long nowNanos) {
        return nowNanos + probeIntervalNanos;
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

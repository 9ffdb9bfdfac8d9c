package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.wire.CongestionControl;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The receivers that may limit the rate: the limiting one (CLR) and the next candidates.
 *
 * <p>Bounded: when {@link #LARGEST} are known, a newcomer replaces the one that limits least, if it limits more.
 */
final class CongestionReceivers {
    /** How many are kept. */
    static final int LARGEST = 16;
    /** How many a probe lists. */
    static final int LARGEST_LIST = 8;
    /** Who has been silent for so long is forgotten for a newcomer. */
    private static final long STALE_NANOS = 10_000_000_000L;
    /** Of two that suit the same rate the one with the longer round trip limits it (RFC 5740, section 5.5.2). */
    static final Comparator<CongestionReceiver> DISTANT = Comparator.comparingLong(CongestionReceiver::rttNanos);
    /** Of two that suit the same rate the one whose word comes sooner limits it. */
    static final Comparator<CongestionReceiver> PROMPT = DISTANT.reversed();

    /** Rates that are closer than this count as the same. */
    private static final double CLOSE = 0.9;

    /** Those who do not know their round trip time first, by loss, then the slowest (RFC 5740, section 5.5.2.1). */
    private static final Comparator<CongestionReceiver> MOST_IN_NEED = Comparator.comparing(
                    CongestionReceiver::knowsItsRtt)
            .thenComparing(Comparator.comparingDouble(CongestionReceiver::loss).reversed())
            .thenComparingDouble(CongestionReceiver::bytesPerSecond);

    private static final Comparator<CongestionReceiver> SLOWEST =
            Comparator.comparingDouble(CongestionReceivers::rateOrNone);

    private final Comparator<CongestionReceiver> preferred;
    private final List<CongestionReceiver> all = new ArrayList<>(LARGEST);
    private CongestionReceiver limiting;

    /** Knows nobody; of those that suit the same rate the greatest by {@code preferred} limits it. */
    CongestionReceivers(Comparator<CongestionReceiver> preferred) {
        this.preferred = preferred;
    }

    /** Returns the receiver that limits the rate. */
    Optional<CongestionReceiver> limiting() {
        return Optional.ofNullable(limiting);
    }

    boolean isLimiting(NodeId id) {
        return limiting != null && limiting.id().equals(id);
    }

    /** Returns what is known about a receiver; empty if there is no room for it, which {@code rate} may make. */
    Optional<CongestionReceiver> find(NodeId id, double rate, long nowNanos) {
        for (CongestionReceiver receiver : all) {
            if (receiver.id().equals(id)) {
                return Optional.of(receiver);
            }
        }
        if (all.size() >= LARGEST && !makeRoom(rate, nowNanos)) {
            return Optional.empty();
        }
        CongestionReceiver receiver = new CongestionReceiver(id);
        all.add(receiver);
        return Optional.of(receiver);
    }

    private boolean makeRoom(double rate, long nowNanos) {
        return all.removeIf(r -> r != limiting && nowNanos - r.heardNanos() > STALE_NANOS)
                || all.stream()
                        .filter(r -> r != limiting && rate > 0 && rateOrNone(r) > rate)
                        .max(SLOWEST)
                        .map(all::remove)
                        .orElse(false);
    }

    /** Has a receiver that was heard limit the rate, if none does, or it suits a lower one than the one that does. */
    void consider(CongestionReceiver heard) {
        if (heard.bytesPerSecond() > 0 && heard != limiting && (limiting == null || isSlower(heard, limiting))) {
            limiting = heard;
        }
    }

    private boolean isSlower(CongestionReceiver one, CongestionReceiver other) {
        return one.bytesPerSecond() < CLOSE * other.bytesPerSecond()
                || CLOSE * one.bytesPerSecond() < other.bytesPerSecond() && preferred.compare(one, other) > 0;
    }

    /** Forgets a receiver. If it limited the rate, the slowest of the others does, or nobody. */
    void remove(NodeId id, int ccSequence, long nowNanos) {
        boolean wasLimiting = isLimiting(id);
        all.removeIf(receiver -> receiver.id().equals(id));
        if (wasLimiting) {
            limiting = all.stream()
                    .filter(receiver -> receiver.bytesPerSecond() > 0)
                    .min(SLOWEST)
                    .orElse(null);
            limiting().ifPresent(next -> next.renew(ccSequence, nowNanos));
        }
    }

    /** Returns what a probe lists: who limits the rate first. */
    List<CongestionControl.Node> nodes() {
        List<CongestionControl.Node> nodes = new ArrayList<>(LARGEST_LIST);
        limiting().ifPresent(receiver -> nodes.add(receiver.node(true)));
        all.stream()
                .filter(receiver -> receiver != limiting)
                .sorted(MOST_IN_NEED)
                .limit(LARGEST_LIST - nodes.size())
                .forEach(receiver -> nodes.add(receiver.node(false)));
        return nodes;
    }

    private static double rateOrNone(CongestionReceiver receiver) {
        return receiver.bytesPerSecond() > 0 ? receiver.bytesPerSecond() : Double.MAX_VALUE;
    }
}

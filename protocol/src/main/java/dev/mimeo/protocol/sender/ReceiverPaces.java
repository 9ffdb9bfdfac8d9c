package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.NodeId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How fast receivers get on, by the verified bytes that they report: who lags behind the rest, and who is slower than allowed.
 *
 * <p>Bounded by the roster; times are of the machine's clock.
 */
final class ReceiverPaces {
    /** Of so many receivers at least can one lag behind the rest. */
    private static final int FEWEST = 3;
    /** The rest lies so many bytes ahead at least, since chunks are verified one by one. */
    private static final long LEAST_LEAD = 2 << 20;
    /** They are compared over so much time at least, since reports are a second apart. */
    private static final long LEAST_NANOS = 3_000_000_000L;

    /** Who has not reported for so long will not do so soon. */
    private static final long MISSED_NANOS = 2_500_000_000L;

    /** From where on a receiver is judged, and how far it is. */
    private static final class Pace {
        private long startNanos;
        private long startBytes;
        private long bytes;
        /** When it reported last, and what was sent by then. */
        private long reportedNanos;

        private long reportedSent;
        /** Since which report it may have been too slow, and what it had and what was sent then. */
        private long windowNanos;

        private long windowBytes;
        private long windowSent;
        private boolean named;

        void startAt(long verifiedBytes, long sentBytes, long nowNanos) {
            startNanos = nowNanos;
            startBytes = verifiedBytes;
            bytes = verifiedBytes;
            onReport(verifiedBytes, sentBytes, nowNanos);
            openWindow();
        }

        void onReport(long verifiedBytes, long sentBytes, long nowNanos) {
            bytes = Math.max(bytes, verifiedBytes);
            reportedNanos = nowNanos;
            reportedSent = sentBytes;
        }

        void openWindow() {
            windowNanos = reportedNanos;
            windowBytes = bytes;
            windowSent = reportedSent;
        }

        long bytesPerSecond(long nowNanos) {
            return perSecond(bytes - startBytes, nowNanos - startNanos);
        }
    }

    private final Map<NodeId, Pace> paces = new HashMap<>();
    private Set<NodeId> lagging = Set.of();
    private Set<NodeId> laggedBefore = Set.of();

    /** A receiver that could receive has so many bytes, of {@code sentBytes} that were sent. */
    void onReport(NodeId receiver, long verifiedBytes, long sentBytes, long nowNanos) {
        Pace pace = paces.get(receiver);
        if (pace == null) {
            pace = new Pace();
            pace.startAt(verifiedBytes, sentBytes, nowNanos);
            paces.put(receiver, pace);
        }
        pace.onReport(verifiedBytes, sentBytes, nowNanos);
    }

    /** Judges everybody from now on: nothing could have been received before. */
    void restart(long sentBytes, long nowNanos) {
        paces.values().forEach(pace -> pace.startAt(pace.bytes, sentBytes, nowNanos));
    }

    /** Forgets a receiver. */
    void remove(NodeId receiver) {
        paces.remove(receiver);
    }

    /** Finds who has got on less than half as fast as the middle one of {@code receivers}. */
    void compare(List<NodeId> receivers, long nowNanos) {
        List<NodeId> known = receivers.stream().filter(paces::containsKey).toList();
        laggedBefore = lagging;
        lagging = Set.of();
        if (known.size() < FEWEST) {
            return;
        }
        long[] rates = known.stream()
                .mapToLong(receiver -> paces.get(receiver).bytesPerSecond(nowNanos))
                .toArray();
        long[] sorted = rates.clone();
        Arrays.sort(sorted);
        long middle = sorted[sorted.length / 2];
        Set<NodeId> behind = new HashSet<>();
        for (int i = 0; i < rates.length; i++) {
            long elapsed = nowNanos - paces.get(known.get(i)).startNanos;
            double lead = (middle - rates[i]) * (elapsed / 1e9);
            if (2 * rates[i] < middle && lead > LEAST_LEAD && elapsed >= LEAST_NANOS) {
                behind.add(known.get(i));
            }
        }
        lagging = behind;
    }

    boolean isLagging(NodeId receiver) {
        return lagging.contains(receiver);
    }

    /** Names who lagged behind in the last two comparisons, each once. */
    List<NodeId> takeLagging() {
        List<NodeId> twice = lagging.stream()
                .filter(laggedBefore::contains)
                .filter(receiver -> paces.containsKey(receiver) && !paces.get(receiver).named)
                .toList();
        twice.forEach(receiver -> paces.get(receiver).named = true);
        return twice;
    }

    /**
     * Returns whether a receiver was slower than {@code limit} for so long, although as much was sent: from one report to another,
     * or until now if none has come for a while.
     */
    boolean isTooSlow(NodeId receiver, SlowReceivers.DropBelow limit, long sentBytes, long nowNanos) {
        Pace pace = paces.get(receiver);
        if (pace == null) {
            return false;
        }
        if (nowNanos - pace.reportedNanos >= MISSED_NANOS) {
            pace.onReport(pace.bytes, sentBytes, nowNanos);
        }
        long elapsed = pace.reportedNanos - pace.windowNanos;
        if (elapsed < limit.graceNanos()) {
            return false;
        }
        boolean slow = perSecond(pace.bytes - pace.windowBytes, elapsed) < limit.bytesPerSecond()
                && perSecond(pace.reportedSent - pace.windowSent, elapsed) >= limit.bytesPerSecond();
        pace.openWindow();
        return slow;
    }

    private static long perSecond(long bytes, long nanos) {
        return nanos <= 0 ? 0 : (long) (bytes * 1e9 / nanos);
    }
}

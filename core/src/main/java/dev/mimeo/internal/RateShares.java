package dev.mimeo.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * How a budget is divided: equally between sessions that send, of which a later lane counts for an eighth; those that wait keep a twentieth for what they announce, all
 * of it together if nobody sends; nobody gets less than {@value #LEAST} bytes a second. What is taken from one is given to another only when it has been told: the sum of what was
 * granted never exceeds the budget, but for that. Confined to one thread.
 */
final class RateShares {
    private static final int WAITING_PART = 20;
    /** What everybody may have, bytes per second: less would not carry announcements. */
    static final long LEAST = 8_000;

    /** The weight of a session; that of a later lane is 1. */
    static final int WHOLE = 8;

    /** One who sends, or will. */
    interface Sharer {
        /** Returns whether it sends now. */
        boolean isSending();

        /** Returns for how much it counts while it sends. */
        default int weight() {
            return WHOLE;
        }

        /** Returns what it was granted last, bytes per second; 0 before the first time. */
        long granted();

        /** Grants so many bytes per second, at least 1. */
        void grant(long bytesPerSecond);
    }

    private RateShares() {}

    /**
     * Divides a budget anew: first those give who have too much; if there is none, those get who have too little.
     *
     * @return whether everybody has what is due to it
     */
    static boolean divide(long bytesPerSecond, List<? extends Sharer> sharers) {
        int sending = sharers.stream()
                .filter(Sharer::isSending)
                .mapToInt(Sharer::weight)
                .sum();
        long waiting = sharers.stream().filter(each -> !each.isSending()).count();
        long forWaiting = sending == 0 ? bytesPerSecond : waiting == 0 ? 0 : bytesPerSecond / WAITING_PART;
        List<Runnable> increases = new ArrayList<>();
        boolean lowered = false;
        for (Sharer sharer : sharers) {
            long due = Math.max(
                    LEAST,
                    sharer.isSending()
                            ? (bytesPerSecond - forWaiting) / sending * sharer.weight()
                            : forWaiting / waiting);
            if (due < sharer.granted()) {
                sharer.grant(due);
                lowered = true;
            } else if (due > sharer.granted()) {
                increases.add(() -> sharer.grant(due));
            }
        }
        if (!lowered) {
            increases.forEach(Runnable::run);
        }
        return !lowered || increases.isEmpty();
    }
}

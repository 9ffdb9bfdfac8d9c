package dev.mimeo.internal;

/** How many answers may leave: a hundred in each second that begins with one. Confined to one thread. */
final class AnswerBudget {
    static final int PER_SECOND = 100;
    private static final long SECOND_NANOS = 1_000_000_000;

    private long endNanos;
    private int left;

    /** Returns whether one more may leave now; then it has. */
    boolean take(long nowNanos) {
        if (nowNanos >= endNanos) {
            endNanos = nowNanos + SECOND_NANOS;
            left = PER_SECOND;
        }
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }
}

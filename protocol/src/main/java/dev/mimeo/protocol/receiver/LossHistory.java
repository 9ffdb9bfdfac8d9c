package dev.mimeo.protocol.receiver;

/**
 * How often loss strikes: the loss event fraction of RFC 5740, section 5.5.2 (RFC 5348, section 5).
 *
 * <p>Losses within one round trip are one event: what matters to congestion control is how often a sender is told to slow
 * down, not how many datagrams one full queue drops. The messages that arrive from one event to the next, and one for the
 * event, make a loss interval; the fraction is the inverse of a weighted average of the last eight. The interval that is
 * open counts when it raises the average: good news may come early, bad news comes as an event. (The RFC counts what was
 * sent. So counted, an outage, or a forged number, would be a long interval: good news.)
 *
 * <p>A message counts as lost when one that was sent {@link #REORDERING} later has arrived. What arrives later still, or
 * twice, changes nothing.
 */
final class LossHistory {
    /** How many messages may be overtaken by others without counting as lost, plus one. */
    static final int REORDERING = 3;

    private static final double[] WEIGHTS = {1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2};
    /** A message that is farther behind shows that the number that was thought to be the highest is not. */
    private static final int LONGEST_DELAY = 1_024;
    /** So many of them in a row are believed. */
    private static final int LARGEST_STRAY_COUNT = 8;

    private final double[] intervals = new double[WEIGHTS.length];
    private int intervalCount;
    private int highest = -1;
    /** Bit i: whether {@code highest - i} has arrived. */
    private int arrived;

    private int strays;
    private long heard;
    private long heardAtEvent;
    private long eventNanos;

    /**
     * A message arrived.
     *
     * @param sequence 16 bits
     * @return whether this is the first loss event: {@link #begin} says how long the interval before it was
     */
    boolean onMessage(int sequence, long rttNanos, long nowNanos) {
        if (highest < 0) {
            resume(sequence);
            return false;
        }
        int ahead = (short) (sequence - highest);
        if (ahead <= 0) {
            onLate(sequence, -ahead);
            return false;
        }
        boolean lost = isLost(ahead);
        highest = sequence;
        // What else is missing by now is part of the same loss.
        arrived = lost ? -1 : arrived << ahead | 1;
        heard++;
        strays = 0;
        return lost && onLost(rttNanos, nowNanos);
    }

    /** States how long the interval before the first event counts: what explains the rate until then, in messages. */
    void begin(double interval) {
        intervals[0] = Math.max(1, interval);
        intervalCount = 1;
    }

    /** Returns the loss event fraction: 0 before the first event, at most 1. */
    double fraction() {
        if (intervalCount == 0) {
            return 0;
        }
        double weights = 0;
        double closed = 0;
        double withOpen = (heard - heardAtEvent) * WEIGHTS[0];
        for (int i = 0; i < intervalCount; i++) {
            weights += WEIGHTS[i];
            closed += intervals[i] * WEIGHTS[i];
            withOpen += i + 1 < intervalCount ? intervals[i] * WEIGHTS[i + 1] : 0;
        }
        return weights / Math.max(closed, withOpen);
    }

    /** Returns whether any message counts as lost when the highest moves on. */
    private boolean isLost(int ahead) {
        for (int back = REORDERING - 1; back >= Math.max(0, REORDERING - ahead); back--) {
            if ((arrived >>> back & 1) == 0) {
                return true;
            }
        }
        return ahead > REORDERING;
    }

    private boolean onLost(long rttNanos, long nowNanos) {
        boolean first = intervalCount == 0;
        if (!first && nowNanos - eventNanos <= rttNanos) {
            return false;
        }
        if (!first) {
            System.arraycopy(intervals, 0, intervals, 1, intervals.length - 1);
            intervals[0] = heard - heardAtEvent;
            intervalCount = Math.min(intervalCount + 1, intervals.length);
        }
        heardAtEvent = heard - 1;
        eventNanos = nowNanos;
        return first;
    }

    private void onLate(int sequence, int behind) {
        if (behind < Integer.SIZE) {
            arrived |= 1 << behind;
        } else if (behind > LONGEST_DELAY && ++strays >= LARGEST_STRAY_COUNT) {
            resume(sequence);
        }
    }

    private void resume(int sequence) {
        highest = sequence;
        arrived = -1;
        heard++;
        strays = 0;
    }
}

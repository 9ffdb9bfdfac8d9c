package dev.mimeo.protocol.receiver;

/**
 * How much of what is sent arrives, and whether more would if more were sent.
 *
 * <p>Probes cut the stream into intervals, each of them sent at the rate that the probe before it states: what is lost in one
 * is judged by the sequence numbers alone, whatever the clock of a busy receiver does. Some paths lose a share of what is
 * sent at any rate; that is the usual loss, and says nothing against a higher rate. Distinctly more shows that the sender was
 * beyond the knee: the path takes what arrived, and surely no less. If just as much is lost once the sender has come down to
 * that, and others have had the time to do so, it was no knee: that share is usual now.
 *
 * <p>What is distinct is judged by gaps, not by datagrams: a queue that overflows drops one here and one there, while a burst
 * of noise, or a machine that sleeps for a moment, makes one gap of many. It is judged for the last interval alone, which
 * finds what is gross at once, and for the last {@link #MEMORY} or so together, which finds what is slight in time. A machine
 * that is short of time all along reads what its socket holds when its turn comes, and loses the rest in one piece: gaps of
 * {@link #LONG_GAP} and more count by themselves, over the last {@link #LASTING_MEMORY} or so.
 *
 * <p>Confined to the protocol thread. Rates are bytes per second.
 */
final class PathLimit {
    /** Returned by {@link #bytesPerSecond} while nothing limits. */
    static final double NONE = Double.POSITIVE_INFINITY;

    /** An interval is judged when so many datagrams were sent in it; a shorter one counts with the next at the same rate. */
    private static final int FEWEST = 32;
    /** A gap that is longer is an outage, or forged: it says nothing about a rate. */
    private static final int LONGEST_GAP = 8_192;
    /** A queue that drops here and there makes none so long. */
    private static final int LONG_GAP = 8;
    /** Intervals that are judged together. */
    private static final int MEMORY = 8;
    /** Intervals whose long gaps are judged together. */
    private static final int LASTING_MEMORY = 32;
    /** Intervals that the usual loss is known from. */
    private static final int LONG_MEMORY = 64;
    /** Loss beyond the usual that is always let pass. */
    private static final double TOLERANCE = 0.005;
    /** So many standard deviations, and so many gaps, may come by chance: of a thousand receivers, none cries wolf. */
    private static final double DEVIATIONS = 5;

    private static final int CHANCE = 4;
    /** So much of the loss beyond the usual is left at the lower rate if that did not cure it. */
    private static final double PERSISTENT = 0.5;
    /** What is lost of so many datagrams at first is usual: if it is not, it grows with the rate. */
    private static final int FIRST = 1_000;
    /** Unless it is more than this. */
    private static final double LARGEST_FIRST = 0.15;
    /** More than this is never usual. */
    private static final double LARGEST_USUAL = 0.25;

    private int next = -1;
    private double rate;
    private final Tally latest = new Tally();
    private final Tally recent = new Tally();
    private final Tally lasting = new Tally();

    private final Tally usual = new Tally();

    private double loss;
    private double limit = NONE;
    /** The last limit there was: above it, what is lost is not taken for usual. */
    private double knee;

    private double excessAtKnee;
    /** Intervals since the sender has come down to the limit in which as much was lost as before. */
    private int uncured;

    /** What was sent and lost. */
    private static final class Tally {
        double sent;
        double lost;
        double gaps;
        double longGaps;

        void add(Tally other) {
            sent += other.sent;
            lost += other.lost;
            gaps += other.gaps;
            longGaps += other.longGaps;
        }

        void add(Tally interval, int memory) {
            keep(1 - 1.0 / memory);
            add(interval);
        }

        void keep(double share) {
            sent *= share;
            lost *= share;
            gaps *= share;
            longGaps *= share;
        }

        /** Gaps are counted by what arrives: where most is lost, few are left that could follow one. */
        double arrived() {
            return Math.max(0, sent - lost);
        }

        double loss() {
            return sent == 0 ? 0 : Math.min(1, Math.max(0, lost / sent));
        }
    }

    /** A message of the sender arrived. */
    void onMessage(int sequence) {
        int missing = next < 0 ? 0 : (short) (sequence - next);
        if (missing < 0) {
            latest.lost--; // It comes late, or twice.
            return;
        }
        next = (sequence + 1) & 0xffff;
        latest.sent++;
        if (missing > 0 && missing <= LONGEST_GAP) {
            latest.sent += missing;
            latest.lost += missing;
            latest.gaps++;
            latest.longGaps += missing >= LONG_GAP ? 1 : 0;
        }
    }

    /** A probe ends an interval, and begins one that is sent at {@code bytesPerSecond}. */
    void onProbe(double bytesPerSecond) {
        if (latest.sent >= FEWEST) {
            loss = latest.loss();
            recent.add(latest, MEMORY);
            lasting.add(latest, LASTING_MEMORY);
            judge();
            latest.keep(0);
        } else if (bytesPerSecond != rate) {
            latest.keep(0);
        }
        rate = bytesPerSecond;
    }

    private void judge() {
        if (knee == 0 && usual.sent < FIRST && latest.loss() <= LARGEST_FIRST) {
            usual.add(latest);
            return;
        }
        Tally distinct = distinct();
        if (distinct == null) {
            onCalm();
        } else if (rate <= limit
                && limit != NONE
                && distinct.loss() <= LARGEST_USUAL
                && distinct.loss() - usual.loss() >= PERSISTENT * excessAtKnee) {
            onUncured();
        } else {
            limit = rate * (1 - distinct.loss());
            knee = limit;
            excessAtKnee = distinct.loss() - usual.loss();
            uncured = 0;
            recent.keep(0);
            lasting.keep(0);
        }
    }

    /** Returns what shows distinctly more loss than is usual; null if nothing does. */
    private Tally distinct() {
        if (isDistinct(latest, latest.gaps, usual.gaps)) {
            return latest;
        }
        return isDistinct(recent, recent.gaps, usual.gaps) || isDistinct(lasting, lasting.longGaps, usual.longGaps)
                ? recent
                : null;
    }

    private void onCalm() {
        limit = NONE;
        uncured = 0;
        if (rate <= knee) {
            usual.add(latest, LONG_MEMORY);
        }
    }

    /** Others that send through the same queue have time to come down, too; if that does not help either, it is usual. */
    private void onUncured() {
        if (++uncured >= MEMORY) {
            usual.keep(0);
            usual.add(recent);
            limit = NONE;
            uncured = 0;
        }
    }

    private boolean isDistinct(Tally tally, double gaps, double usualGaps) {
        double share = usual.arrived() == 0 ? 0 : tally.arrived() / usual.arrived();
        double expected = usualGaps * share;
        return tally.loss() - usual.loss() > TOLERANCE
                && gaps > expected + DEVIATIONS * Math.sqrt(expected * (1 + share)) + CHANCE;
    }

    /** Returns what the path takes, as far as the last interval showed; {@link #NONE} if it took everything. */
    double bytesPerSecond() {
        return limit;
    }

    /** Returns the share of the datagrams of the last interval that was lost. */
    double loss() {
        return loss;
    }

    /** Returns what arrived of what was sent, as a rate; 0 before the first probe. */
    double arrivingBytesPerSecond() {
        return rate * (1 - loss);
    }
}

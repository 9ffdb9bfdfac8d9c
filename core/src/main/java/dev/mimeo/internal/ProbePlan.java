package dev.mimeo.internal;

import dev.mimeo.internal.Probe.Reply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a prober sends to the group, and when: a steady train of small probes, which shows loss, order, and when nothing comes
 * any more; and in its first seconds, a few times each, longer ones and such as may cross routers.
 *
 * @param steps in the order of their times, fewer than {@link Probe#MOST_NUMBERS}; a probe's number is its place
 */
record ProbePlan(List<Step> steps) {
    /** What a probe is to show. */
    enum Purpose {
        STEADY,
        /** May cross more routers. */
        FARTHER,
        /** In one piece, up to what Ethernet carries. */
        LONG,
        /** In two pieces. */
        FRAGMENTED
    }

    /**
     * One probe.
     *
     * @param atNanos since the start
     * @param length in bytes of UDP payload
     */
    record Step(long atNanos, Purpose purpose, int length, int timeToLive, Reply reply) {}

    private static final long SHORTEST_INTERVAL_NANOS = 20_000_000;
    private static final int MOST_STEADY = 900;
    /** Every so many steady probes ask for answers, by the group and by unicast in turn. */
    private static final int ANSWERED = 10;

    private static final int ROUNDS = 6;
    private static final long FIRST_ROUND_NANOS = 900_000_000;
    private static final long ROUND_NANOS = 250_000_000;
    private static final int[] TIMES_TO_LIVE = {2, 4, 8, 16, 32};
    /** Paths of 576, 1,280, 1,400 and 1,460 bytes carry these over IPv4. */
    private static final int[] LENGTHS = {548, 1_252, 1_372, 1_432};
    /** Ethernet carries so much over IPv4; what Mimeo sends by itself is no longer. */
    private static final int USUAL_LENGTH = 1_472;

    private static final int SECOND_PIECE = 400;

    ProbePlan {
        steps = List.copyOf(steps);
        assert steps.size() <= Probe.MOST_NUMBERS : steps.size();
    }

    /**
     * Plans probes.
     *
     * @param carried the longest that the interface carries in one piece
     */
    static ProbePlan of(long durationNanos, int timeToLive, int carried) {
        List<Step> steps = new ArrayList<>();
        long interval = Math.max(SHORTEST_INTERVAL_NANOS, durationNanos / MOST_STEADY);
        for (int i = 0; i * interval < durationNanos; i++) {
            Reply reply = i % ANSWERED != 0 ? Reply.NONE : i / ANSWERED % 2 == 0 ? Reply.UNICAST : Reply.GROUP;
            steps.add(new Step(i * interval, Purpose.STEADY, Probe.LENGTH, timeToLive, reply));
        }
        for (int round = 0; round < ROUNDS; round++) {
            addRound(steps, FIRST_ROUND_NANOS + round * ROUND_NANOS, timeToLive, carried);
        }
        steps.sort(Comparator.comparingLong(Step::atNanos));
        return new ProbePlan(steps);
    }

    private static void addRound(List<Step> steps, long at, int timeToLive, int carried) {
        if (timeToLive > 0) {
            for (int farther : TIMES_TO_LIVE) {
                if (farther > timeToLive) {
                    steps.add(new Step(at, Purpose.FARTHER, Probe.LENGTH, farther, Reply.UNICAST));
                }
            }
        }
        int longest = Math.min(carried, USUAL_LENGTH);
        for (int length : LENGTHS) {
            if (length < longest) {
                steps.add(new Step(at, Purpose.LONG, length, timeToLive, Reply.NONE));
            }
        }
        steps.add(new Step(at, Purpose.LONG, longest, timeToLive, Reply.NONE));
        if (carried <= USUAL_LENGTH) {
            steps.add(new Step(at, Purpose.FRAGMENTED, longest + SECOND_PIECE, timeToLive, Reply.NONE));
        }
    }

    /** Returns the longest probe in one piece. */
    int longest() {
        return steps.stream()
                .filter(step -> step.purpose() == Purpose.LONG)
                .mapToInt(Step::length)
                .max()
                .orElse(Probe.LENGTH);
    }

    /** Returns when the last probe leaves. */
    long endNanos() {
        return steps.get(steps.size() - 1).atNanos();
    }
}

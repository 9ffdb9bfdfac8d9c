package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.Machine;
import java.util.List;

/**
 * When a session that gathers receivers may start: a pure function from who has come so far to a moment. It may be replaced
 * for as long as the session waits.
 *
 * <p>But for {@link AtOnce}, no condition holds before somebody has joined.
 */
public sealed interface StartCondition {
    /** Returns from when on it holds, as things stand; {@link Machine#NEVER} if it does not. */
    long startNanos(Gathering gathering);

    /** Returns how many receivers it waits for, for people; 0 if it does not count them. */
    default int expected() {
        return 0;
    }

    /** Whoever is there, and if nobody is. */
    record AtOnce() implements StartCondition {
        @Override
        public long startNanos(Gathering gathering) {
            return gathering.openedNanos();
        }
    }

    /** Not by itself. */
    record Manual() implements StartCondition {
        @Override
        public long startNanos(Gathering gathering) {
            return Machine.NEVER;
        }
    }

    /** As soon as so many have joined, at least 1; with 1, later ones join the stream in progress. */
    record Receivers(int count) implements StartCondition {
        /** Refuses less than one. */
        public Receivers {
            if (count < 1) {
                throw new IllegalArgumentException(count + " receivers; at least 1 is waited for");
            }
        }

        @Override
        public long startNanos(Gathering gathering) {
            return gathering.joined() >= count ? gathering.latestJoinedNanos() : Machine.NEVER;
        }

        @Override
        public int expected() {
            return count;
        }
    }

    /** So long after the session began to wait. */
    record AfterOpening(long nanos) implements StartCondition {
        @Override
        public long startNanos(Gathering gathering) {
            return gathering.joined() > 0 ? later(gathering.openedNanos(), nanos) : Machine.NEVER;
        }
    }

    /** So long after the first has joined. */
    record AfterFirst(long nanos) implements StartCondition {
        @Override
        public long startNanos(Gathering gathering) {
            return gathering.joined() > 0 ? later(gathering.firstJoinedNanos(), nanos) : Machine.NEVER;
        }
    }

    /** When nobody new has joined for so long. */
    record QuietFor(long nanos) implements StartCondition {
        @Override
        public long startNanos(Gathering gathering) {
            return gathering.joined() > 0 ? later(gathering.latestJoinedNanos(), nanos) : Machine.NEVER;
        }
    }

    /** At a time of the machine's clock. */
    record At(long nanos) implements StartCondition {
        @Override
        public long startNanos(Gathering gathering) {
            return gathering.joined() > 0 ? nanos : Machine.NEVER;
        }
    }

    /** As soon as one of them holds. */
    record AnyOf(List<StartCondition> conditions) implements StartCondition {
        /** Copies the list; none of none ever holds. */
        public AnyOf {
            conditions = List.copyOf(conditions);
        }

        @Override
        public long startNanos(Gathering gathering) {
            long start = Machine.NEVER;
            for (StartCondition condition : conditions) {
                start = Math.min(start, condition.startNanos(gathering));
            }
            return start;
        }

        @Override
        public int expected() {
            return most(conditions);
        }
    }

    /** As soon as each of them holds. */
    record AllOf(List<StartCondition> conditions) implements StartCondition {
        /** Copies the list, which must not be empty. */
        public AllOf {
            conditions = List.copyOf(conditions);
            if (conditions.isEmpty()) {
                throw new IllegalArgumentException("no condition");
            }
        }

        @Override
        public long startNanos(Gathering gathering) {
            long start = Long.MIN_VALUE;
            for (StartCondition condition : conditions) {
                start = Math.max(start, condition.startNanos(gathering));
            }
            return start;
        }

        @Override
        public int expected() {
            return most(conditions);
        }
    }

    private static int most(List<StartCondition> conditions) {
        int most = 0;
        for (StartCondition condition : conditions) {
            most = Math.max(most, condition.expected());
        }
        return most;
    }

    private static long later(long nanos, long by) {
        return by >= Machine.NEVER - nanos ? Machine.NEVER : nanos + by;
    }
}

package dev.mimeo.protocol.receiver;

import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.timing.NackBackoff;
import java.util.random.RandomGenerator;

/**
 * When a receiver may ask (RFC 5740, section 5.3; RFC 5401, section 3.2).
 *
 * <pre>
 *          something is missing           the backoff ends: ask, or others have
 *   IDLE ------------------------> BACKOFF ------------------------------------> HOLDOFF
 *     ^                               | nothing is missing any more                 |
 *     +-------------------------------+---------------------------------------------+
 *                                                                     the hold-off ends
 * </pre>
 *
 * <p>The backoff is drawn from a truncated exponential distribution up to K * GRTT, the hold-off is (K + 2) * GRTT.
 */
final class NackSchedule {
    enum State {
        /** Nothing was missing when last looked. */
        IDLE,
        /** Something is missing; others may ask first. */
        BACKOFF,
        /** It was asked for; the answer is on its way. */
        HOLDOFF
    }

    private final RandomGenerator random;
    private State state = State.IDLE;
    private long deadlineNanos = Machine.NEVER;
    private Position position;
    private boolean everything;

    NackSchedule(RandomGenerator random) {
        this.random = random;
    }

    State state() {
        return state;
    }

    /** Returns what the cycle is about: what lies before this place. */
    Position position() {
        return position;
    }

    /** Returns whether the cycle asks also for what was sent before we joined. */
    boolean asksForEverything() {
        return everything;
    }

    /** Something before {@code before} is missing. Only while idle. */
    void start(
            Position before,
            boolean includingMissedStart,
            long grttNanos,
            int backoffFactor,
            double groupSize,
            long nowNanos) {
        state = State.BACKOFF;
        position = before;
        everything = includingMissedStart;
        deadlineNanos = nowNanos + NackBackoff.drawNanos(backoffFactor * grttNanos, groupSize, random);
    }

    /** A cycle that runs already has now to ask for everything before {@code before} when its backoff ends. */
    void widen(Position before) {
        if (position.isBefore(before)) {
            position = before;
        }
        everything = true;
    }

    /** The backoff is over and what was missing is asked for, by us or by others. */
    void holdOff(long grttNanos, int backoffFactor, long nowNanos) {
        state = State.HOLDOFF;
        deadlineNanos = nowNanos + (backoffFactor + 2) * grttNanos;
    }

    void idle() {
        state = State.IDLE;
        deadlineNanos = Machine.NEVER;
    }

    /** Returns when the state ends by itself, or {@link Machine#NEVER}. */
    long deadlineNanos() {
        return deadlineNanos;
    }
}

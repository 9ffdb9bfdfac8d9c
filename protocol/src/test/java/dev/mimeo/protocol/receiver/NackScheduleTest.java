package dev.mimeo.protocol.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.receiver.NackSchedule.Input;
import dev.mimeo.protocol.receiver.NackSchedule.State;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NackScheduleTest {
    private static final Position HERE = new Position(new ObjectId(1), 2);
    private static final Position THERE = new Position(new ObjectId(1), 9);
    private static final long GRTT = 10_000_000;

    private final NackSchedule schedule = new NackSchedule(new Random(5740));

    @Test
    void everyStateWithEveryInputIsAsItsDrawingSays() {
        StringBuilder table = new StringBuilder(String.format("%-8s", ""));
        for (Input input : Input.values()) {
            table.append(String.format(" %-8s", input));
        }
        int cells = 0;
        for (State state : State.values()) {
            table.append(String.format("%n%-8s", state));
            for (Input input : Input.values()) {
                table.append(String.format(" %-8s", NackSchedule.next(state, input)));
                cells++;
            }
        }

        assertThat(cells).isEqualTo(12);
        assertThat(table.toString().replaceAll("(?m) +$", "")).isEqualTo("""
                         MISSING  ASKED    COMPLETE EXPIRED
                IDLE     BACKOFF  IDLE     IDLE     IDLE
                BACKOFF  BACKOFF  HOLDOFF  IDLE     BACKOFF
                HOLDOFF  HOLDOFF  HOLDOFF  HOLDOFF  IDLE""");
    }

    @Test
    void theBackoffIsDrawnAndTheHoldOffIsKPlusTwoRoundTrips() {
        schedule.onMissing(HERE, false, GRTT, 4, 1_000, 100);
        assertThat(schedule.deadlineNanos()).isBetween(100L, 100 + 4 * GRTT);

        schedule.onAsked(GRTT, 4, 50_000_000);
        assertThat(schedule.deadlineNanos()).isEqualTo(50_000_000 + 6 * GRTT);

        schedule.onExpired();
        assertThat(schedule.state()).isEqualTo(State.IDLE);
        assertThat(schedule.deadlineNanos()).isEqualTo(Machine.NEVER);
    }

    @Test
    void aCycleKeepsWhatItIsAbout() {
        schedule.onMissing(HERE, false, GRTT, 4, 1_000, 0);
        long deadline = schedule.deadlineNanos();
        schedule.onMissing(THERE, true, GRTT, 4, 1_000, 1);

        assertThat(schedule.position()).isEqualTo(HERE);
        assertThat(schedule.asksForEverything()).isFalse();
        assertThat(schedule.deadlineNanos()).isEqualTo(deadline);
    }

    @Test
    void aRoundTripThatWasTooLargeCostsNoMoreThanTheTimeToTheNextMessage() {
        schedule.onMissing(HERE, false, 1_000 * GRTT, 4, 1_000, 0);
        schedule.onGrtt(GRTT, 4, 1);
        assertThat(schedule.deadlineNanos()).isLessThanOrEqualTo(1 + 6 * GRTT);

        schedule.onAsked(1_000 * GRTT, 4, 10);
        schedule.onGrtt(GRTT, 4, 20);
        assertThat(schedule.deadlineNanos()).isEqualTo(20 + 6 * GRTT);

        schedule.onGrtt(1_000 * GRTT, 4, 30);
        assertThat(schedule.deadlineNanos()).as("a larger one prolongs nothing").isEqualTo(20 + 6 * GRTT);
    }
}

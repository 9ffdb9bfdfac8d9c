package dev.mimeo.protocol.timing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.Machine;
import org.junit.jupiter.api.Test;

class TimerTableTest {
    private enum Timer {
        TEA,
        EGG
    }

    private final TimerTable<Timer> timers = new TimerTable<>(Timer.class);

    @Test
    void nothingRunsAtFirst() {
        assertThat(timers.earliestNanos()).isEqualTo(Machine.NEVER);
        assertThat(timers.isRunning(Timer.EGG)).isFalse();
        assertThat(timers.deadlineNanos(Timer.EGG)).isEqualTo(Machine.NEVER);
        assertThat(timers.expire(Timer.EGG, Machine.NEVER - 1)).isFalse();
    }

    @Test
    void theEarliestOfTwoComesFirst() {
        timers.set(Timer.TEA, 180);
        timers.set(Timer.EGG, 300);
        assertThat(timers.earliestNanos()).isEqualTo(180);

        timers.set(Timer.TEA, 400);
        assertThat(timers.earliestNanos()).isEqualTo(300);

        timers.stop(Timer.EGG);
        assertThat(timers.earliestNanos()).isEqualTo(400);
    }

    @Test
    void aTimerExpiresWhenItIsDueAndOnce() {
        timers.set(Timer.EGG, 300);

        assertThat(timers.expire(Timer.EGG, 299)).isFalse();
        assertThat(timers.isRunning(Timer.EGG)).isTrue();
        assertThat(timers.expire(Timer.EGG, 300)).isTrue();
        assertThat(timers.isRunning(Timer.EGG)).isFalse();
        assertThat(timers.expire(Timer.EGG, 301)).isFalse();
    }

    @Test
    void aTimerSetForNowIsDueNow() {
        timers.set(Timer.TEA, 0);

        assertThat(timers.earliestNanos()).isZero();
        assertThat(timers.expire(Timer.TEA, 0)).isTrue();
    }

    @Test
    void aLimitMakesATimerDueEarlierAndStartsNone() {
        timers.set(Timer.EGG, 300);

        timers.limit(Timer.EGG, 200);
        timers.limit(Timer.TEA, 200);
        assertThat(timers.deadlineNanos(Timer.EGG)).isEqualTo(200);
        assertThat(timers.isRunning(Timer.TEA)).isFalse();

        timers.limit(Timer.EGG, 250);
        assertThat(timers.deadlineNanos(Timer.EGG)).isEqualTo(200);
    }
}

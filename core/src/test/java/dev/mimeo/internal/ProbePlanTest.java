package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.internal.Probe.Reply;
import dev.mimeo.internal.ProbePlan.Purpose;
import dev.mimeo.internal.ProbePlan.Step;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbePlanTest {
    private static final long SECOND = 1_000_000_000;

    @ParameterizedTest
    @ValueSource(longs = {3, 10, 18, 300, 3_600})
    void howeverLongItTakesItIsBounded(long seconds) {
        ProbePlan plan = ProbePlan.of(seconds * SECOND, 1, 1_472);
        assertThat(plan.steps().size()).isBetween(150, Probe.MOST_NUMBERS);
        assertThat(plan.endNanos()).isBetween(seconds * SECOND * 99 / 100, seconds * SECOND);
        for (Step step : plan.steps()) {
            long second = plan.steps().stream()
                    .filter(other -> other.atNanos() >= step.atNanos() && other.atNanos() < step.atNanos() + SECOND)
                    .count();
            assertThat(second).isLessThanOrEqualTo(100);
        }
        assertThat(lengths(plan, Purpose.STEADY)).containsExactly(Probe.LENGTH);
        assertThat(plan.steps().stream().map(Step::atNanos)).isSorted();
    }

    @Test
    void looksForRoutersAsFarAsItMay() {
        assertThat(timesToLive(ProbePlan.of(3 * SECOND, 1, 1_472))).containsExactly(2, 4, 8, 16, 32);
        assertThat(timesToLive(ProbePlan.of(3 * SECOND, 8, 1_472))).containsExactly(16, 32);
        assertThat(timesToLive(ProbePlan.of(3 * SECOND, 0, 1_472))).isEmpty();
        assertThat(timesToLive(ProbePlan.of(3 * SECOND, 255, 1_472))).isEmpty();
    }

    @Test
    void isAsLongAsTheInterfaceCarriesButNoLongerThanUsual() {
        ProbePlan usual = ProbePlan.of(3 * SECOND, 1, 1_472);
        assertThat(lengths(usual, Purpose.LONG)).containsExactly(548, 1_252, 1_372, 1_432, 1_472);
        assertThat(lengths(usual, Purpose.FRAGMENTED)).containsExactly(1_872);
        assertThat(usual.longest()).isEqualTo(1_472);
        ProbePlan narrow = ProbePlan.of(3 * SECOND, 1, 972);
        assertThat(lengths(narrow, Purpose.LONG)).containsExactly(548, 972);
        assertThat(lengths(narrow, Purpose.FRAGMENTED)).containsExactly(1_372);
        ProbePlan jumbo = ProbePlan.of(3 * SECOND, 1, 8_972);
        assertThat(jumbo.longest()).isEqualTo(1_472);
        assertThat(lengths(jumbo, Purpose.FRAGMENTED)).isEmpty();
    }

    @Test
    void asksForAnswersInBothWays() {
        List<Step> steps = ProbePlan.of(10 * SECOND, 1, 1_472).steps();
        assertThat(steps.stream()
                        .filter(step -> step.purpose() == Purpose.STEADY && step.reply() == Reply.UNICAST)
                        .count())
                .isEqualTo(25);
        assertThat(steps.stream().filter(step -> step.reply() == Reply.GROUP).count())
                .isEqualTo(25);
        assertThat(steps.stream().filter(step -> step.reply() == Reply.BACK)).isEmpty();
    }

    private static List<Integer> timesToLive(ProbePlan plan) {
        return plan.steps().stream()
                .filter(step -> step.purpose() == Purpose.FARTHER)
                .map(Step::timeToLive)
                .distinct()
                .toList();
    }

    private static List<Integer> lengths(ProbePlan plan, Purpose purpose) {
        return plan.steps().stream()
                .filter(step -> step.purpose() == purpose)
                .map(Step::length)
                .distinct()
                .toList();
    }
}

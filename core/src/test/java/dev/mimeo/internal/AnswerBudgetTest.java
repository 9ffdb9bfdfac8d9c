package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnswerBudgetTest {
    private static final long SECOND = 1_000_000_000;

    private final AnswerBudget budget = new AnswerBudget();

    @Test
    void aHundredLeaveInASecondHoweverManyAreAskedFor() {
        assertThat(taken(0)).isEqualTo(100);
        assertThat(taken(SECOND - 1)).isZero();
        assertThat(taken(SECOND)).isEqualTo(100);
        assertThat(taken(5 * SECOND)).isEqualTo(100);
    }

    private long taken(long now) {
        return IntStream.range(0, 1_000).filter(i -> budget.take(now)).count();
    }
}

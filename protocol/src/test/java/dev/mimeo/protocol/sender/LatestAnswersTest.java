package dev.mimeo.protocol.sender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.NodeId;
import org.junit.jupiter.api.Test;

class LatestAnswersTest {
    private static final NodeId ALICE = new NodeId(1);
    private static final NodeId BOB = new NodeId(2);

    private final LatestAnswers answers = new LatestAnswers(2);

    @Test
    void whatIsRepeatedOrCameBeforeTheLatestIsNotTheLatest() {
        assertThat(answers.isLatest(ALICE, 7, 0)).isTrue();
        assertThat(answers.isLatest(ALICE, 7, 1)).isFalse();
        assertThat(answers.isLatest(ALICE, 6, 2)).isFalse();
        assertThat(answers.isLatest(BOB, 6, 2)).isTrue();
        assertThat(answers.isLatest(ALICE, 8, 3)).isTrue();
    }

    @Test
    void numbersGoRound() {
        assertThat(answers.isLatest(ALICE, 65_535, 0)).isTrue();
        assertThat(answers.isLatest(ALICE, 0, 1)).isTrue();
        assertThat(answers.isLatest(ALICE, 65_535, 2)).isFalse();
    }

    @Test
    void whoNumbersNothingIsBelieved() {
        assertThat(answers.isLatest(ALICE, 0, 0)).isTrue();
        assertThat(answers.isLatest(ALICE, 0, 1)).isTrue();
    }

    @Test
    void whoWasSilentForAWhileMayHaveStartedAnew() {
        assertThat(answers.isLatest(ALICE, 100, 0)).isTrue();
        assertThat(answers.isLatest(ALICE, 1, LatestAnswers.FORGOTTEN_NANOS - 1))
                .isFalse();
        assertThat(answers.isLatest(ALICE, 1, LatestAnswers.FORGOTTEN_NANOS)).isTrue();
    }

    @Test
    void beyondTheBoundTheOneHeardLongestAgoIsForgotten() {
        answers.isLatest(ALICE, 100, 0);
        answers.isLatest(BOB, 100, 1);
        answers.isLatest(new NodeId(3), 100, 2);
        assertThat(answers.isLatest(BOB, 99, 3)).isFalse();
        assertThat(answers.isLatest(ALICE, 99, 3)).isTrue();
    }
}

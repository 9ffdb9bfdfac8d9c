package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SilenceTest {
    private static final long SECOND = 1_000_000_000;
    private static final long START = Long.MAX_VALUE - 5 * SECOND;

    private final Silence silence = new Silence();
    private long nanos;

    /** Returns the seconds, from now on, in which it is too long. */
    private List<Long> tooLongWithin(long seconds) {
        List<Long> found = new ArrayList<>();
        for (long end = nanos + seconds * SECOND, start = nanos; nanos <= end; nanos += SECOND / 4) {
            if (silence.isTooLong(START + nanos)) {
                found.add((nanos - start) / SECOND);
            }
        }
        return found;
    }

    @Test
    void whoHearsNothingJoinsAgainAfterASecondAndThenLessOften() {
        assertThat(tooLongWithin(260)).containsExactly(1L, 3L, 7L, 15L, 31L, 63L, 123L, 183L, 243L);
    }

    @Test
    void whoHearsSomethingDoesNot() {
        for (int i = 0; i < 100; i++) {
            silence.onHeard();
            assertThat(silence.isTooLong(START + i * 9 * SECOND / 10)).isFalse();
        }
    }

    @Test
    void afterAWordPatienceBeginsAnew() {
        tooLongWithin(40);
        silence.onHeard();
        assertThat(tooLongWithin(4)).containsExactly(1L, 3L);
    }
}

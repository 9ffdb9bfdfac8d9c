package dev.mimeo.protocol.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWindowTest {
    private final ReplayWindow window = new ReplayWindow(64);

    @Test
    void eachCounterIsAcceptedOnce() {
        for (long counter : new long[] {0, 1, 5, 3, 4, 2}) {
            assertThat(window.isNew(counter)).isTrue();
            window.accept(counter);
            assertThat(window.isNew(counter)).isFalse();
        }
    }

    @Test
    void askingChangesNothing() {
        assertThat(window.isNew(1_000_000)).isTrue();
        assertThat(window.isNew(0)).isTrue();
    }

    @Test
    void whatLiesBehindTheWindowIsOld() {
        window.accept(1_000);
        assertThat(window.isNew(1_000 - 63)).isTrue();
        assertThat(window.isNew(1_000 - 64)).isFalse();
        assertThat(window.isNew(0)).isFalse();
    }

    @Test
    void aLongWayAheadForgetsNothingThatCounts() {
        window.accept(7);
        window.accept((1L << 48) - 1);
        assertThat(window.isNew(7)).isFalse();
        assertThat(window.isNew((1L << 48) - 2)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void itAgreesWithAListOfAllThatWasAccepted(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ReplayWindow tested = new ReplayWindow(256);
        Set<Long> accepted = new HashSet<>();
        long highest = -1;
        int renewed = 0;
        for (int i = 0; i < 100_000; i++) {
            long spread = random.nextInt(100) == 0 ? 2_000 : 300;
            long counter = Math.max(0, highest + random.nextLong(-300, spread) / (1 + random.nextInt(40)));
            boolean expected = counter > highest - 256 && !accepted.contains(counter);
            assertThat(tested.isNew(counter))
                    .as("%d behind %d", counter, highest)
                    .isEqualTo(expected);
            if (expected) {
                tested.accept(counter);
                accepted.add(counter);
                highest = Math.max(highest, counter);
                renewed++;
            }
        }
        assertThat(renewed).isBetween(10_000, 90_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 65, 96, -64})
    void otherSizesAreRefused(int size) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ReplayWindow(size));
    }
}

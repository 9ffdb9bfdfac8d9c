package dev.mimeo.protocol.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SeedsTest {
    @BeforeEach
    void onlyWithoutASeedOnTheCommandLine() {
        assumeThat(System.getProperty("mimeo.seed")).isNull();
    }

    @Test
    void everySeedRunsOnce() {
        List<Long> seeds = new ArrayList<>();
        Seeds.forEach(5, seeds::add);
        assertThat(seeds).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void failingSeedIsNamedWithTheCommandThatReplaysIt() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Seeds.forEach(10, seed -> assertThat(seed).isNotEqualTo(7)))
                .withMessageContaining("with seed 7")
                .withMessageContaining("mvn -pl protocol test"
                        + " -Dtest=SeedsTest#failingSeedIsNamedWithTheCommandThatReplaysIt -Dmimeo.seed=7")
                .withMessageContaining("SeedsTest.failingSeedIsNamedWithTheCommandThatReplaysIt-7.txt")
                .withCauseInstanceOf(AssertionError.class);
    }

    @Test
    void failingSeedRunsOnceMoreForItsTrace() {
        List<Long> seeds = new ArrayList<>();
        List<Boolean> traced = new ArrayList<>();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Seeds.forEach(10, seed -> {
                    seeds.add(seed);
                    traced.add(Replay.isTracing());
                    assertThat(seed).isLessThan(2);
                }));
        assertThat(seeds).containsExactly(0L, 1L, 2L, 2L);
        assertThat(traced).containsExactly(false, false, false, true);
        assertThat(Replay.isTracing()).isFalse();
    }

    @Test
    void seedOnTheCommandLineIsTheOnlyOne() {
        System.setProperty("mimeo.seed", "0x12");
        try {
            List<Long> seeds = new ArrayList<>();
            Seeds.forEach(5, seeds::add);
            assertThat(seeds).containsExactly(18L);
        } finally {
            System.clearProperty("mimeo.seed");
        }
    }
}

package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.Progress;
import dev.mimeo.ReceiverStatus.State;
import dev.mimeo.TransferPhase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BarLineTest {
    private static final List<String> FACTS = List.of("398 Mbit/s", "0:12 left", "3/30 done", "loss 2.0 %");

    @ParameterizedTest
    @CsvSource({
        "100, '  content  [==================>                   ]  45 %  398 Mbit/s, 0:12 left, 3/30 done, loss 2.0 %'",
        "60, '  content  [=======>         ]  45 %  398 Mbit/s, 0:12 left'",
        "41, '  content  [====>    ]  45 %  398 Mbit/s'",
        "40, '  content  [====>     ]  45 %'",
        "20, '  content   45 %'",
        "8, '  conten'",
        "0, ''"
    })
    void aLineTellsAsManyFactsAsItHasRoomFor(int width, String expected) {
        String line = BarLine.line("content ", 0.459, FACTS, width);
        assertThat(line.length()).isLessThanOrEqualTo(width);
        assertThat(line.replaceAll(" +$", "").replaceAll("=+>? *", "=")).isEqualTo(expected.replaceAll("=+>? *", "="));
    }

    @Test
    void aFullBarIsFull() {
        assertThat(BarLine.line("x", 1, List.of(), 40)).isEqualTo("  x [" + "=".repeat(28) + "] 100 %");
        assertThat(BarLine.line("x", 7, List.of(), 40)).contains("100 %").doesNotContain(">");
    }

    @Test
    void whatIsKnownOfASessionIsTold() {
        StagedSession session = new StagedSession();
        session.phase = TransferPhase.TRANSFERRING;
        session.seat(1, "seat-1", State.RECEIVING, 0);
        session.seat(2, "seat-2", State.FAILED, 0);
        session.sent = 900_000;
        session.repaired = 100_000;
        session.limitedBy = Optional.of("00000001");
        Progress progress =
                new Progress(TransferPhase.TRANSFERRING, 1 << 20, 3 << 20, 50_000, Duration.ofSeconds(9), 2, 1, 0.02);
        Snapshot seen = new SessionWatch().look(session.view(), progress, Optional.empty(), 0);
        assertThat(Words.facts(progress, Optional.of(seen)))
                .containsExactly(
                        "400 kbit/s",
                        "0:41 left",
                        "1/2 done",
                        "1 failed",
                        "loss 2.0 %",
                        "repairs 9.6 %",
                        "limited by seat-1",
                        "1 MiB of 3 MiB");
        assertThat(Words.facts(progress, Optional.empty()))
                .containsExactly("400 kbit/s", "0:41 left", "loss 2.0 %", "1 MiB of 3 MiB");
    }
}

package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.Dismissal;
import dev.mimeo.DismissedException;
import dev.mimeo.ImageCorruptException;
import dev.mimeo.ImageRefusedException;
import dev.mimeo.NoReceiversException;
import dev.mimeo.RepairUnavailableException;
import dev.mimeo.SenderLostException;
import dev.mimeo.StorageException;
import dev.mimeo.TransferException;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExitCodeTest {
    static Stream<Arguments> causes() {
        return Stream.of(
                Arguments.of(new RepairUnavailableException(""), 3),
                Arguments.of(new SenderLostException(""), 3),
                Arguments.of(new CancellationException(), 3),
                Arguments.of(new TimeoutException(), 3),
                Arguments.of(new ImageRefusedException(""), 4),
                Arguments.of(new ImageCorruptException(""), 4),
                Arguments.of(new DismissedException("", Dismissal.Action.ABORT, ""), 4),
                Arguments.of(new DismissedException("", Dismissal.Action.FALL_BACK, ""), 7),
                Arguments.of(new StorageException(""), 5),
                Arguments.of(new NoReceiversException(""), 6),
                Arguments.of(new IOException(), 6),
                Arguments.of(new IllegalArgumentException(), 2),
                Arguments.of(new IllegalStateException(), 1),
                Arguments.of(new AssertionError(), 1));
    }

    @ParameterizedTest
    @MethodSource("causes")
    void everyCauseHasItsCode(Throwable cause, int number) {
        assertThat(ExitCode.of(cause, true).number()).isEqualTo(number);
    }

    @Test
    void everyTransferExceptionIsCovered() {
        assertThat(causes().map(arguments -> arguments.get()[0].getClass().getName()))
                .containsAll(Arrays.stream(TransferException.class.getPermittedSubclasses())
                        .map(Class::getName)
                        .toList());
    }

    @Test
    void aSenderThatWasNeverHeardIsAQuestionToTheNetwork() {
        assertThat(ExitCode.of(new SenderLostException(""), false)).isEqualTo(ExitCode.NETWORK);
    }
}

package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mimeo.NoReceiversException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TransferTaskTest {
    private final AtomicInteger cancels = new AtomicInteger();
    private final TransferTask<String> task = new TransferTask<>(cancels::incrementAndGet);

    @Test
    void theEndIsTheSameForAll() throws Exception {
        CompletableFuture<String> before = task.completion();
        task.succeed("done");
        assertThat(task.await()).isEqualTo("done");
        assertThat(task.await(Duration.ZERO)).isEqualTo("done");
        assertThat(before).isCompletedWithValue("done");
        assertThat(task.completion()).isCompletedWithValue("done");
    }

    @Test
    void nobodyElseEndsIt() {
        task.completion().complete("forged");
        task.completion().cancel(true);
        assertThat(task.completion()).isNotDone();
    }

    @Test
    void aFailureKeepsItsType() {
        CompletableFuture<String> before = task.completion();
        NoReceiversException cause = new NoReceiversException("nobody");
        task.fail(cause);
        assertThatExceptionOfType(NoReceiversException.class).isThrownBy(task::await);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(before::get)
                .withCause(cause);
        before.whenComplete((report, failure) -> assertThat(failure).isSameAs(cause))
                .exceptionally(failure -> "");
    }

    @Test
    void cancellationIsCancellation() {
        task.cancel();
        task.cancel();
        assertThat(cancels).hasValue(2);
        task.fail(new CancellationException("cancelled"));
        assertThatExceptionOfType(CancellationException.class).isThrownBy(task::await);
        assertThat(task.completion()).isCancelled();
        task.cancel();
        assertThat(cancels).hasValue(2);
    }

    @Test
    void aFaultOfOursSaysSo() {
        task.fail(new NullPointerException("oops"));
        assertThatIllegalStateException()
                .isThrownBy(task::await)
                .withMessageContaining("fault in the SDK")
                .withCauseInstanceOf(NullPointerException.class);
    }

    @Test
    void waitingTooLongSaysWhereTheTransferIs() {
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> task.await(Duration.ofMillis(1)))
                .withMessage("the transfer has not ended within PT0.001S: WAITING, 0 of 0 bytes");
    }
}

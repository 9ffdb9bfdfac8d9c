package dev.mimeo.internal;

import dev.mimeo.Progress;
import dev.mimeo.Transfer;
import dev.mimeo.TransferException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One running transfer as its user sees it. Any thread.
 *
 * @param <R> the report it ends with
 */
final class TransferTask<R> implements Transfer<R> {
    private final CompletableFuture<R> end = new CompletableFuture<>();
    private final Runnable onCancel;
    private volatile Progress progress = Progress.NONE;

    /** {@code onCancel} is run, on the thread of the user, at every {@link #cancel} before the end. */
    TransferTask(Runnable onCancel) {
        this.onCancel = onCancel;
    }

    @Override
    public Progress progress() {
        return progress;
    }

    @Override
    public CompletableFuture<R> completion() {
        CompletableFuture<R> copy = new CompletableFuture<>();
        end.whenComplete((report, failure) -> {
            if (failure == null) {
                copy.complete(report);
            } else {
                copy.completeExceptionally(failure);
            }
        });
        return copy;
    }

    @Override
    public R await() throws TransferException, InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    @Override
    public R await(Duration atMost) throws TransferException, TimeoutException, InterruptedException {
        try {
            return end.get(Math.max(0, TimeUnit.NANOSECONDS.convert(atMost)), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new TimeoutException("the transfer has not ended within " + atMost + ": " + describe());
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    @Override
    public void cancel() {
        if (!end.isDone()) {
            onCancel.run();
        }
    }

    void progress(Progress latest) {
        progress = latest;
    }

    void succeed(R report) {
        end.complete(report);
    }

    void fail(Throwable cause) {
        end.completeExceptionally(cause);
    }

    /** What went wrong, as {@code await} throws it: whatever is no TransferException is a fault of ours. */
    private static TransferException failure(Throwable cause) {
        if (cause instanceof TransferException expected) {
            return expected;
        }
        throw new IllegalStateException("the transfer ended by a fault in the SDK: " + cause, cause);
    }

    private String describe() {
        Progress latest = progress;
        return String.format("%s, %d of %d bytes", latest.phase(), latest.bytes(), latest.totalBytes());
    }

    @Override
    public String toString() {
        return "transfer (" + describe() + ")";
    }
}

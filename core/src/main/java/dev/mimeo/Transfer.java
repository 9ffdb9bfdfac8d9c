package dev.mimeo;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * One running transfer: await it, watch it, cancel it. Safe for use by any thread.
 *
 * <p>A transfer ends in exactly one way: with a report, with a {@link TransferException}, or cancelled.
 *
 * @param <R> the report it ends with
 */
public interface Transfer<R> {
    /** Returns how far the transfer is now. Never blocks. */
    Progress progress();

    /**
     * Returns a future of the end. It fails with a {@link TransferException} or a
     * {@link java.util.concurrent.CancellationException}; completing or cancelling it oneself changes nothing here.
     */
    CompletableFuture<R> completion();

    /**
     * Waits for the end. Interruption ends the wait, not the transfer.
     *
     * @throws TransferException if the transfer failed
     * @throws java.util.concurrent.CancellationException if it was cancelled, or its sender or receiver closed
     */
    R await() throws TransferException, InterruptedException;

    /**
     * Waits for the end, at most so long. Neither interruption nor the time limit ends the transfer; {@link #cancel} does.
     *
     * @throws TimeoutException if the transfer has not ended by then
     * @throws TransferException if the transfer failed
     * @throws java.util.concurrent.CancellationException if it was cancelled, or its sender or receiver closed
     */
    R await(Duration atMost) throws TransferException, TimeoutException, InterruptedException;

    /**
     * Ends the transfer early: a sender takes leave of its receivers, a receiver of its sender. What is
     * stored of an image is kept, for a later transfer to go on with. Returns at once; the end follows within two seconds. Does nothing after the end.
     */
    void cancel();
}

package dev.mimeo.internal;

import dev.mimeo.Progress;
import dev.mimeo.TransferPhase;
import java.time.Duration;
import java.util.function.Consumer;

/** Tells a listener, a few times a second and at the end, how much of an image has been read. */
final class HashingProgress {
    private static final long INTERVAL_NANOS = 250_000_000;

    private final SessionClock clock = new SessionClock();
    private final RateMeter rate = new RateMeter();
    private final long totalBytes;
    private final Consumer<Progress> listener;
    private long bytes;
    private long nextNanos;

    /** {@code totalBytes} is 0 if it is not known. */
    HashingProgress(long totalBytes, Consumer<Progress> listener) {
        this.totalBytes = totalBytes;
        this.listener = listener;
    }

    /** So many more were read. */
    void onRead(int count) {
        bytes += count;
        long now = clock.nanos();
        if (now >= nextNanos || bytes == totalBytes) {
            nextNanos = now + INTERVAL_NANOS;
            listener.accept(new Progress(
                    TransferPhase.PREPARING,
                    bytes,
                    totalBytes,
                    rate.update(bytes, now),
                    Duration.ofNanos(now),
                    0,
                    0,
                    0));
        }
    }
}

package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Has what is written made durable while more arrives, so that little is left to do when the last has come: systems keep what is
 * written in memory for half a minute if they may, which is longer than many transfers take.
 *
 * <p>It is made durable on a thread of its own, once at a time; the disk threads go on. What fails then has failed for good, since
 * no system tells it twice.
 */
final class WriteBack {
    /** So much is written from one time to the next. */
    static final long STEP = 256 << 20;

    private final DiskThreads threads;
    private final AtomicLong waiting = new AtomicLong();

    WriteBack(DiskThreads threads) {
        this.threads = threads;
    }

    /** Something was written to an object. Any thread. */
    void onWritten(ObjectTarget object, int length, Consumer<StorageException> onFailure) {
        if (waiting.addAndGet(length) >= STEP && threads.tryRunApart(() -> force(object, onFailure))) {
            waiting.set(0);
        }
    }

    private void force(ObjectTarget object, Consumer<StorageException> onFailure) {
        try {
            if (!threads.isStopped()) {
                object.force();
            }
        } catch (StorageException e) {
            onFailure.accept(e);
        }
    }
}

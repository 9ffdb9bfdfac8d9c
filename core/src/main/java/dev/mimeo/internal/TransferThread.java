package dev.mimeo.internal;

import dev.mimeo.DroppedDatagrams;
import dev.mimeo.Progress;
import dev.mimeo.Transfer;
import dev.mimeo.TransferException;
import dev.mimeo.TransferListener;
import dev.mimeo.TransferPhase;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transfer from its start to its end, on a thread of its own: the protocol thread. Its end is told once, to the
 * listener and to whoever awaits it.
 *
 * @param <R> the report it ends with
 */
final class TransferThread<R> {
    private static final Logger LOG = LoggerFactory.getLogger(TransferThread.class);

    /** What is done on the thread. */
    interface Work<R> {
        /** Does it; what it opened is closed when it returns or throws. */
        R run(TransferThread<R> transfer) throws IOException;
    }

    private final String name;
    private final ThreadMaker threads;
    private final Thread thread;
    private final MulticastPort port;
    private final CallbackThread callbacks;
    private final BiConsumer<TransferListener, R> onReport;
    private final Runnable onEnd;
    private final SessionClock clock = new SessionClock();
    private final Inbox inbox;
    private final TransferRecording recording;
    private final TransferTask<R> task = new TransferTask<>(this::cancel);
    private volatile boolean cancelled;
    /** The protocol thread's. */
    private TransferPhase phase;
    /** By the port, in former transfers; the protocol thread's. */
    private DroppedDatagrams droppedBefore = DroppedDatagrams.NONE;

    /**
     * Prepares the thread.
     *
     * @param onReport tells a listener of the report
     * @param onEnd run on the thread when nothing of this transfer is open any more, before anybody is told
     */
    TransferThread(
            EndName name,
            ThreadMaker threads,
            Work<R> work,
            MulticastPort port,
            CallbackThread callbacks,
            BiConsumer<TransferListener, R> onReport,
            Runnable onEnd) {
        this.name = name.toString();
        this.port = port;
        this.callbacks = callbacks;
        this.onReport = onReport;
        this.onEnd = onEnd;
        this.inbox = new Inbox(port::wakeup);
        this.threads = threads;
        this.thread = threads.make(this.name, () -> run(work));
        this.recording = new TransferRecording(name);
    }

    void start() {
        thread.start();
    }

    private void run(Work<R> work) {
        recording.begin();
        droppedBefore = port.dropped();
        try {
            R report = work.run(this);
            onEnd.run();
            phase(TransferPhase.FINISHED);
            callbacks.tell(listener -> onReport.accept(listener, report));
            recording.end("completed", task.progress().bytes());
            task.succeed(report);
        } catch (TransferException | CancellationException e) {
            LOG.info("Transfer {} ended: {}", name, e.getMessage());
            fail(e);
        } catch (IOException | RuntimeException | Error e) {
            if (cancelled && e instanceof IOException) {
                // Closing did not wait for us, and took the sockets away.
                fail(new CancellationException("the transfer was cancelled"));
                return;
            }
            LOG.error("Transfer {} ended by a fault", name, e);
            fail(e);
        }
    }

    private void fail(Throwable cause) {
        onEnd.run();
        try {
            phase(TransferPhase.FINISHED);
            callbacks.tell(listener -> listener.failed(cause));
        } finally {
            // Whoever waits is told, even if there is no thread to tell the listener.
            recording.end(outcome(cause), task.progress().bytes());
            task.fail(cause);
        }
    }

    private static String outcome(Throwable cause) {
        return cause instanceof CancellationException
                ? "cancelled"
                : cause.getClass().getSimpleName();
    }

    /** Returns the transfer as its user sees it. */
    Transfer<R> transfer() {
        return task;
    }

    /** Returns what makes threads of this transfer. */
    ThreadMaker threads() {
        return threads;
    }

    String name() {
        return name;
    }

    SessionClock clock() {
        return clock;
    }

    /** Returns what people should know of datagrams that were dropped; the protocol thread. */
    String complaint() {
        return port.complaint();
    }

    /**
     * Returns what was dropped in this transfer: by the port, and by machines, which have seen so many that were malformed,
     * and so many that were foreign. The protocol thread.
     */
    DroppedDatagrams dropped(long malformed, long foreign) {
        return port.dropped().since(droppedBefore).plus(new DroppedDatagrams(malformed, foreign, 0, 0, 0, 0));
    }

    Inbox inbox() {
        return inbox;
    }

    CallbackThread callbacks() {
        return callbacks;
    }

    /** Asks for the end; any thread. */
    private void cancel() {
        cancelled = true;
        // Wakes the protocol thread, which looks at the flag.
        inbox.post(now -> LOG.debug("Transfer {} is cancelled", name));
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Publishes progress, and its phase if that is new, and has the flight recorder told. The protocol thread. */
    void progress(Progress progress, TransferRecording.Counting counting) {
        task.progress(progress);
        recording.onProgress(progress, counting);
        phase(progress.phase());
        callbacks.tell(progress);
    }

    /** Publishes a phase if it is new. The protocol thread. */
    void phase(TransferPhase next) {
        if (phase != next) {
            phase = next;
            Progress latest = task.progress();
            task.progress(new Progress(
                    next,
                    latest.bytes(),
                    latest.totalBytes(),
                    latest.bytesPerSecond(),
                    latest.elapsed(),
                    latest.receivers(),
                    latest.settledReceivers(),
                    latest.lossRatio()));
            callbacks.tell(listener -> listener.phaseChanged(next));
        }
    }

    /** Cancels, and waits for the thread, at most {@code nanos}; returns whether it has ended. */
    boolean cancelAndJoin(long nanos) {
        task.cancel();
        return Joining.join(thread, nanos);
    }
}

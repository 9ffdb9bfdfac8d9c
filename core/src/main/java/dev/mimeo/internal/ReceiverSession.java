package dev.mimeo.internal;

import dev.mimeo.Progress;
import dev.mimeo.SenderLostException;
import dev.mimeo.StorageException;
import dev.mimeo.TransferException;
import dev.mimeo.protocol.Machine;
import java.util.concurrent.CancellationException;

/**
 * The receiving role in one transfer, whatever it receives: how it waits for a sender, fails, and ends.
 *
 * @param <H> receives the events of the machine
 */
abstract class ReceiverSession<H> implements Session<H>, TransferRecording.Counting {
    final TransferThread<?> transfer;
    /** What a user calls the group. */
    final String where;

    private final Ending ending = new Ending();
    private final ProgressPacing pacing = new ProgressPacing();
    /** When to give up unless a sender was found. */
    private long senderDeadlineNanos;
    /** What this side failed by itself, or null. */
    private TransferException failure;

    ReceiverSession(TransferThread<?> transfer, ReceiverSettings<?> options) {
        this(transfer, options.group.toString(), options.senderDeadlineNanos());
    }

    /** Meets {@code where} people would say, and gives up if no sender is found by then. */
    ReceiverSession(TransferThread<?> transfer, String where, long senderDeadlineNanos) {
        this.transfer = transfer;
        this.where = where;
        this.senderDeadlineNanos = senderDeadlineNanos;
    }

    /** The user wants to leave: tells the machine. */
    abstract void leave(long nowNanos);

    /** This side failed: tells the machine, which may tell the sender. */
    abstract void onFailed(TransferException cause, long nowNanos);

    /** Once a turn: does what it does beside the machine. */
    void beside(long nowNanos) {}

    /** Returns when {@link #beside} has something to do next, or {@link Machine#NEVER}. */
    long besideDeadlineNanos() {
        return Machine.NEVER;
    }

    /** Returns how far it is. */
    abstract Progress progress(long nowNanos);

    /** Returns what was heard and said in this transfer until now. */
    abstract Tally tally();

    @Override
    public final TransferRecording.Counts counts() {
        Tally all = tally();
        return new TransferRecording.Counts(
                0, all.nacks(), all.withoutRoom(), transfer.dropped(all.malformed(), all.foreign()));
    }

    /** A sender was found: from now on the machine judges whether it is there. */
    final void senderFound() {
        senderDeadlineNanos = Machine.NEVER;
    }

    /** Says that no sender was found in time. */
    TransferException noSender() {
        return new SenderLostException("No sender was heard on " + where + " in the time allowed. Is it running, on the"
                + " same group and port, on the network of this interface? Do switches between pass multicast?"
                + besides() + transfer.complaint());
    }

    /** Returns what else was tried to find a sender; begins with a space, or is empty. */
    String besides() {
        return "";
    }

    /** Returns whether this side failed by itself. */
    final boolean hasFailed() {
        return failure != null;
    }

    /** The machine has ended. */
    final void ended() {
        ending.reached();
    }

    final long rate(long count, long nowNanos) {
        return pacing.rate(count, nowNanos);
    }

    final Runnable post(Inbox.Entry entry) {
        return () -> transfer.inbox().post(entry);
    }

    /** The target refuses; any thread. */
    final void failStorage(StorageException cause) {
        transfer.inbox().post(now -> fail(cause, now));
    }

    /** This side cannot go on; the first cause counts. */
    final void fail(TransferException cause, long nowNanos) {
        if (failure == null) {
            failure = cause;
            onFailed(cause, nowNanos);
            ending.demand(nowNanos);
        }
    }

    /** Throws what this side failed by itself, or else that it was cancelled if it was. */
    final void throwIfFailedOrLeft(boolean left) throws TransferException {
        if (failure != null) {
            throw failure;
        }
        if (left) {
            throw new CancellationException("the transfer was cancelled");
        }
    }

    @Override
    public final void onTurn(long nowNanos) {
        if (transfer.isCancelled() && !ending.isDemanded()) {
            leave(nowNanos);
            ending.demand(nowNanos);
        }
        beside(nowNanos);
        if (nowNanos >= senderDeadlineNanos) {
            senderDeadlineNanos = Machine.NEVER;
            fail(noSender(), nowNanos);
        }
        ending.onTime(nowNanos);
        if (pacing.isDue(nowNanos)) {
            transfer.progress(progress(nowNanos), this);
        }
    }

    @Override
    public final long nextDeadlineNanos() {
        long own = Math.min(senderDeadlineNanos, besideDeadlineNanos());
        return Math.min(own, Math.min(ending.deadlineNanos(), pacing.deadlineNanos()));
    }

    @Override
    public final boolean hasEnded() {
        return ending.isReached();
    }
}

package dev.mimeo.internal;

import dev.mimeo.Progress;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.StorageException;
import dev.mimeo.TransferException;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.sender.RosterEntry;
import dev.mimeo.protocol.sender.SenderEvent;
import dev.mimeo.protocol.sender.SenderMachine;
import dev.mimeo.protocol.sender.SenderStatistics;
import dev.mimeo.protocol.session.SessionState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sending role in one transfer: serves the machine's wishes from disk, tells the user, judges the end.
 *
 * @param <R> the report it ends with
 */
final class SenderSession<R> implements Session<SenderEvent.Handler>, SenderEvent.Handler, TransferRecording.Counting {
    private static final Logger LOG = LoggerFactory.getLogger(SenderSession.class);

    private final TransferThread<R> transfer;
    private final SenderMachine machine;
    private final Offer<R> offer;
    private final BlockReader reader;
    private final Attendance attendance;
    private final Ending ending = new Ending();
    private final ProgressPacing pacing = new ProgressPacing();
    private TransferPhase phase = TransferPhase.WAITING;
    private TransferException failure;

    SenderSession(
            TransferThread<R> transfer,
            SenderMachine machine,
            Offer<R> offer,
            BlockReader reader,
            Attendance attendance) {
        this.transfer = transfer;
        this.machine = machine;
        this.offer = offer;
        this.reader = reader;
        this.attendance = attendance;
    }

    @Override
    public Machine<SenderEvent.Handler> machine() {
        return machine;
    }

    @Override
    public SenderEvent.Handler events() {
        return this;
    }

    @Override
    public void on(SenderEvent.BlockWanted event) {
        SourceBlock block = event.block();
        reader.fill(
                block,
                offer.content(block.object()),
                filled -> transfer.inbox().post(now -> machine.onBlock(filled, now)),
                cause -> transfer.inbox().post(now -> fail(cause, now)));
    }

    @Override
    public void on(SenderEvent.ReceiverChanged event) {
        RosterEntry receiver = event.receiver();
        boolean isNew = attendance.joins(receiver.id());
        ReceiverStatus status = attendance.of(receiver);
        if (isNew) {
            transfer.callbacks().joined(status);
        } else {
            transfer.callbacks().tell(status);
        }
    }

    @Override
    public void on(SenderEvent.ReceiverForgotten event) {
        attendance.forget(event.receiver());
    }

    @Override
    public void on(SenderEvent.AdmissionWanted event) {
        offer.onAdmissionWanted(event, attendance.address(event.receiver()));
    }

    @Override
    public void on(SenderEvent.ReceiverLags event) {
        offer.onReceiverLags(event.receiver());
    }

    @Override
    public void on(SenderEvent.OtherSenderHeard event) {
        offer.onOtherSender(event.other(), attendance.address(event.other()));
    }

    @Override
    public void on(SenderEvent.StateChanged event) {
        if (event.state() == SessionState.ENDED) {
            ending.reached();
        } else {
            phase = Descriptions.of(event.state());
            transfer.phase(phase);
        }
    }

    /** The source cannot be read: takes leave of the receivers, and fails. */
    void fail(IOException cause, long nowNanos) {
        if (failure == null) {
            failure = cause instanceof TransferException known
                    ? known
                    : new StorageException("Cannot read what is sent: " + Reason.of(cause), cause);
            end(nowNanos);
        }
    }

    private void end(long nowNanos) {
        machine.end(nowNanos);
        ending.demand(nowNanos);
    }

    @Override
    public void onTurn(long nowNanos) {
        if (transfer.isCancelled() && !ending.isDemanded()) {
            end(nowNanos);
        }
        ending.onTime(nowNanos);
        if (pacing.isDue(nowNanos)) {
            transfer.progress(progress(nowNanos), this);
            offer.onProgress(phase, nowNanos);
        }
    }

    @Override
    public TransferRecording.Counts counts() {
        SenderStatistics statistics = machine.statistics();
        return new TransferRecording.Counts(
                statistics.repairBytes(),
                statistics.nacks(),
                0,
                transfer.dropped(statistics.malformed(), statistics.unknown()));
    }

    private Progress progress(long nowNanos) {
        SenderStatistics statistics = machine.statistics();
        List<RosterEntry> receivers = machine.receivers();
        int settled = 0;
        double loss = 0;
        for (RosterEntry receiver : receivers) {
            settled += receiver.isSettled() ? 1 : 0;
            loss = Math.max(loss, receiver.isSettled() ? 0 : Descriptions.lossRatio(receiver));
        }
        return new Progress(
                phase,
                statistics.sourceBytes(),
                statistics.firstPassBytes(),
                pacing.rate(statistics.sourceBytes(), nowNanos),
                Duration.ofNanos(nowNanos),
                receivers.size(),
                settled,
                loss);
    }

    @Override
    public long nextDeadlineNanos() {
        return Math.min(ending.deadlineNanos(), pacing.deadlineNanos());
    }

    @Override
    public boolean hasEnded() {
        return ending.isReached();
    }

    /** Returns how it ended. */
    R report() throws TransferException {
        if (failure != null) {
            throw failure;
        }
        if (ending.isDemanded()) {
            throw new CancellationException("the transfer was cancelled");
        }
        long now = transfer.clock().nanos();
        transfer.progress(progress(now), this);
        SenderStatistics statistics = machine.statistics();
        LOG.debug("{}", statistics);
        offer.onProgress(TransferPhase.FINISHED, now);
        List<RosterEntry> roster = machine.receivers();
        return offer.report(roster, attendance.of(roster), Duration.ofNanos(now), statistics);
    }

    /**
     * What was offered to the machine.
     *
     * @param <R> the report on it
     */
    interface Offer<R> {
        /** Returns where the bytes of one of its objects are. */
        BlockReader.Content content(ObjectId object);

        /** Returns the report on what became of it; or throws if that is a failure. */
        R report(
                List<RosterEntry> roster, List<ReceiverStatus> receivers, Duration elapsed, SenderStatistics statistics)
                throws TransferException;

        /** A receiver asks to take part; only if the machine was told that the session is closed. */
        default void onAdmissionWanted(SenderEvent.AdmissionWanted event, String address) {}

        /** A receiver lags behind; only if the machine was told to name such. */
        default void onReceiverLags(NodeId receiver) {}

        /** Somebody else sends to the group. */
        default void onOtherSender(NodeId other, String address) {}

        /** Called a few times a second, and at the end. */
        default void onProgress(TransferPhase phase, long nowNanos) {}
    }
}

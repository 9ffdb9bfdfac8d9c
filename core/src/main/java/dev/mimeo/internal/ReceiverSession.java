package dev.mimeo.internal;

import dev.mimeo.ImageCorruptException;
import dev.mimeo.ImageDescription;
import dev.mimeo.ImageRefusedException;
import dev.mimeo.Progress;
import dev.mimeo.ReceiveReport;
import dev.mimeo.RepairUnavailableException;
import dev.mimeo.SenderLostException;
import dev.mimeo.SessionAnnouncement;
import dev.mimeo.StorageException;
import dev.mimeo.TransferException;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.image.ImageEvent;
import dev.mimeo.protocol.image.ImageReceiverMachine;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.Names;
import dev.mimeo.protocol.receiver.ReceiverStatistics;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.StatusReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The receiving role in one transfer: brings blocks to disk for the machine, tells the user, judges the end. */
final class ReceiverSession implements Session<ImageEvent.Handler>, ImageEvent.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiverSession.class);

    private final TransferThread<?> transfer;
    private final ImageReceiverMachine machine;
    private final TargetWriter target;
    private final String where;
    private final long longestImage;
    private final Ending ending = new Ending();
    private final ProgressPacing pacing = new ProgressPacing();
    /** When to give up unless a sender was found. */
    private long senderDeadlineNanos;

    private TransferPhase phase = TransferPhase.WAITING;
    private int announcedReceivers;
    private ImageDescription image;
    /** What this side failed by itself, or null. */
    private TransferException failure;

    /**
     * Makes a session.
     *
     * @param where what a user calls the group and the interface
     * @param longestImage bytes of the longest image that is taken
     * @param senderDeadlineNanos when to give up unless a sender was found
     */
    ReceiverSession(
            TransferThread<?> transfer,
            ImageReceiverMachine machine,
            TargetWriter target,
            String where,
            long longestImage,
            long senderDeadlineNanos) {
        this.transfer = transfer;
        this.machine = machine;
        this.target = target;
        this.where = where;
        this.longestImage = longestImage;
        this.senderDeadlineNanos = senderDeadlineNanos;
    }

    @Override
    public Machine<ImageEvent.Handler> machine() {
        return machine;
    }

    @Override
    public ImageEvent.Handler events() {
        return this;
    }

    @Override
    public void on(ImageEvent.Announced event) {
        SessionAnnouncement announcement = Descriptions.of(event.announcement());
        if (senderDeadlineNanos != Machine.NEVER || announcedReceivers == 0) {
            LOG.debug("Heard a sender on {}: {}", where, announcement);
        }
        senderDeadlineNanos = Machine.NEVER;
        announcedReceivers = announcement.joined();
        if (announcement.phase() != TransferPhase.FINISHED) {
            phase = announcement.phase();
            transfer.phase(phase);
        }
        transfer.callbacks().tell(announcement);
        if (announcement.imageLength() > longestImage) {
            fail(
                    new ImageRefusedException("The sender on " + where + " announces an image of "
                            + announcement.imageLength() + " bytes; this receiver takes at most " + longestImage
                            + ". Raise maximumImageLength, if that is as it should be."),
                    FailureCause.REFUSED,
                    transfer.clock().nanos());
        }
    }

    @Override
    public void on(ImageEvent.TargetWanted event) {
        Manifest manifest = event.manifest();
        ImageDescription description = Descriptions.of(manifest);
        image = description;
        LOG.info("Receiving image {} ({}, {} bytes)", image.name(), image.id(), image.length());
        transfer.callbacks().tell(listener -> listener.described(description));
        if (manifest.objects().size() != 1) {
            fail(
                    new ImageRefusedException("Image " + image.name() + " has "
                            + manifest.objects().size()
                            + " files; a file target takes one. Send each by itself, or as an archive."),
                    FailureCause.REFUSED,
                    transfer.clock().nanos());
            return;
        }
        target.open(manifest.objects().get(0), post(machine::onTarget), this::failStorage);
    }

    @Override
    public void on(ImageEvent.BlockReady event) {
        boolean isManifest = event.objectIndex() < 0;
        target.write(
                event.block(),
                isManifest,
                post(now -> machine.onBlock(event.block(), now)),
                cause -> transfer.inbox().post(now -> {
                    fail(cause, FailureCause.STORAGE, now);
                    machine.onBlock(event.block(), now);
                }));
    }

    @Override
    public void on(ImageEvent.ChunkReady event) {
        target.hash(
                event.offset(),
                event.length(),
                leaf -> transfer.inbox().post(now -> machine.onChunk(event.objectIndex(), event.chunk(), leaf, now)),
                this::failStorage);
    }

    @Override
    public void on(ImageEvent.ImageVerified event) {
        target.publish(post(machine::onStored), this::failStorage);
    }

    @Override
    public void on(ImageEvent.Finished event) {
        LOG.debug("The end: {}", event.report());
        ending.reached();
    }

    private Runnable post(Inbox.Entry entry) {
        return () -> transfer.inbox().post(entry);
    }

    /** The target refuses; any thread. */
    private void failStorage(StorageException cause) {
        transfer.inbox().post(now -> fail(cause, FailureCause.STORAGE, now));
    }

    private void fail(TransferException cause, FailureCause reported, long nowNanos) {
        if (failure == null) {
            failure = cause;
            machine.fail(reported, Names.truncate(Names.clean(cause.getMessage()), Names.LONGEST), nowNanos);
            ending.demand(nowNanos);
        }
    }

    @Override
    public void onTurn(long nowNanos) {
        if (transfer.isCancelled() && !ending.isDemanded()) {
            machine.leave(nowNanos);
            ending.demand(nowNanos);
        }
        if (nowNanos >= senderDeadlineNanos) {
            senderDeadlineNanos = Machine.NEVER;
            fail(
                    new SenderLostException(
                            "No sender was heard on " + where + " in the time allowed. Is it running, on the"
                                    + " same group and port, on the network of this interface? Do switches between pass multicast?"),
                    FailureCause.SENDER_LOST,
                    nowNanos);
        }
        ending.onTime(nowNanos);
        if (pacing.isDue(nowNanos)) {
            transfer.progress(progress(machine.status(), nowNanos));
        }
    }

    private Progress progress(StatusReport status, long nowNanos) {
        return new Progress(
                phase,
                status.verifiedBytes(),
                status.totalBytes(),
                pacing.rate(status.verifiedBytes(), nowNanos),
                Duration.ofNanos(nowNanos),
                announcedReceivers,
                0,
                status.lossPerMillion() / 1e6);
    }

    @Override
    public long nextDeadlineNanos() {
        return Math.min(senderDeadlineNanos, Math.min(ending.deadlineNanos(), pacing.deadlineNanos()));
    }

    @Override
    public boolean hasEnded() {
        return ending.isReached();
    }

    /** Returns the report on an image that is stored and verified; how it ended otherwise is thrown. */
    ReceiveReport report(Path path) throws TransferException {
        StatusReport end = machine.status();
        switch (end.state()) {
            case VERIFIED -> transfer.progress(progress(end, transfer.clock().nanos()));
            case LEFT -> throw new CancellationException("the transfer was cancelled");
            case INCOMPLETE, FAILED, JOINING, RECEIVING -> throw failure != null ? failure : failure(end);
        }
        ReceiverStatistics statistics = machine.statistics();
        LOG.debug("{}", statistics);
        return new ReceiveReport(
                image,
                path,
                Duration.ofNanos(transfer.clock().nanos()),
                statistics.datagrams(),
                statistics.bytes(),
                statistics.duplicates(),
                statistics.nacks());
    }

    private TransferException failure(StatusReport report) {
        String detail = Names.clean(report.detail());
        String have = report.verifiedBytes() + " of " + report.totalBytes() + " bytes were verified"
                + (detail.isEmpty() ? "" : ": " + detail);
        return switch (report.cause()) {
            case STORAGE -> new StorageException("The target of the image failed; " + have);
            case IMAGE_CORRUPT ->
                new ImageCorruptException("The image does not match its hashes, repeatedly; " + have
                        + ". Did the source change while it was sent? Prepare it again, and send it again.");
            case REFUSED -> new ImageRefusedException("The image was refused; " + have);
            case SENDER_LOST ->
                new SenderLostException("The sender on " + where + " fell silent; " + have + ". Start it again.");
            case REPAIR_UNAVAILABLE, NONE ->
                new RepairUnavailableException(
                        "The sender on " + where + " left before everything had arrived; " + have + ". Send it again.");
        };
    }
}

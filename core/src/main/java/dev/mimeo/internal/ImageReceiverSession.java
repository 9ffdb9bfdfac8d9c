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
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.image.ImageEvent;
import dev.mimeo.protocol.image.ImageReceiverMachine;
import dev.mimeo.protocol.manifest.ChunkTable;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.Names;
import dev.mimeo.protocol.receiver.ReceiverStatistics;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.StatusReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives an image: brings blocks to disk for the machine, tells the user, judges the end. */
final class ImageReceiverSession extends ReceiverSession<ImageEvent.Handler> implements ImageEvent.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(ImageReceiverSession.class);

    private final ImageReceiverMachine machine;
    private final TargetWriter target;
    private final long longestImage;
    private TransferPhase phase = TransferPhase.WAITING;
    private int announcedReceivers;
    private ImageDescription image;

    ImageReceiverSession(
            TransferThread<?> transfer,
            ImageReceiverMachine machine,
            TargetWriter target,
            ImageReceiverBuilder options) {
        super(transfer, options);
        this.machine = machine;
        this.target = target;
        this.longestImage = options.maximumImageLength;
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
        if (announcedReceivers == 0) {
            LOG.debug("Heard a sender on {}: {}", where, announcement);
        }
        senderFound();
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
                    transfer.clock().nanos());
            return;
        }
        ImageObject object = manifest.objects().get(0);
        List<BlockSet> nothing = List.of(new BlockSet(object.chunks().count()));
        target.open(
                object.length(),
                contentLength(object.chunks()),
                post(now -> machine.onTarget(nothing, now)),
                this::failStorage);
    }

    private static long contentLength(ChunkTable chunks) {
        long length = 0;
        for (long from = chunks.nextNonZero(0); from < chunks.count(); ) {
            long end = chunks.nextZero(from);
            length += (end - from - 1) * chunks.chunkSize() + chunks.chunkLength(end - 1);
            from = chunks.nextNonZero(end);
        }
        return length;
    }

    @Override
    public void on(ImageEvent.BlockReady event) {
        boolean isManifest = event.objectIndex() < 0;
        target.write(
                event.block(),
                isManifest,
                post(now -> machine.onBlock(event.block(), now)),
                cause -> transfer.inbox().post(now -> {
                    fail(cause, now);
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
        ended();
    }

    @Override
    void leave(long nowNanos) {
        machine.leave(nowNanos);
    }

    @Override
    void onFailed(TransferException cause, long nowNanos) {
        FailureCause reported = cause instanceof StorageException
                ? FailureCause.STORAGE
                : cause instanceof ImageRefusedException ? FailureCause.REFUSED : FailureCause.SENDER_LOST;
        machine.fail(reported, Names.truncate(Names.clean(cause.getMessage()), Names.LONGEST), nowNanos);
    }

    @Override
    Progress progress(long nowNanos) {
        return progress(machine.status(), nowNanos);
    }

    private Progress progress(StatusReport status, long nowNanos) {
        return new Progress(
                phase,
                status.verifiedBytes(),
                status.totalBytes(),
                rate(status.verifiedBytes(), nowNanos),
                Duration.ofNanos(nowNanos),
                announcedReceivers,
                0,
                status.lossPerMillion() / 1e6);
    }

    /** Returns the report on an image that is stored and verified; how it ended otherwise is thrown. */
    ReceiveReport report(Path path) throws TransferException {
        StatusReport end = machine.status();
        switch (end.state()) {
            case VERIFIED -> transfer.progress(progress(end, transfer.clock().nanos()));
            case LEFT, INCOMPLETE, FAILED, JOINING, RECEIVING -> {
                throwIfFailedOrLeft(end.state() == ReceiverState.LEFT);
                throw failure(end);
            }
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

package dev.mimeo.internal;

import dev.mimeo.Dismissal;
import dev.mimeo.DismissedException;
import dev.mimeo.ImageCorruptException;
import dev.mimeo.ImageDescription;
import dev.mimeo.ImageRefusedException;
import dev.mimeo.ImageTarget;
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
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.image.ImageEvent;
import dev.mimeo.protocol.image.ImageReceiverMachine;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.Names;
import dev.mimeo.protocol.receiver.ReceiverStatistics;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.GroupAddress;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.StatusReport;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives an image: brings blocks to disk for the machine, tells the user, judges the end. */
final class ImageReceiverSession extends ReceiverSession<ImageEvent.Handler> implements ImageEvent.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(ImageReceiverSession.class);
    /** A sender chooses its words: of so many refusals each is told, of more it is only counted. */
    private static final int MOST_REFUSALS_TOLD = 16;
    /** So many datagrams without a symbol among them are no chance. */
    private static final int FEWEST_SHORT = 20;

    private final ImageReceiverMachine machine;
    private final ImageTarget target;
    private final ImageWriter writer;
    private final boolean trusts;
    private final boolean choosesSender;
    /** Empty where no unicast is to be asked for, or a sender was heard. */
    private Optional<Knocking> knocking;
    /** Why senders were turned away while this receiver went on listening; the first of them. */
    private final Set<String> refusals = new LinkedHashSet<>();

    private long refusalCount;
    private boolean heard;
    /** Why the last sender was turned away; empty if none was. */
    private Optional<String> refusal = Optional.empty();

    private TransferPhase phase = TransferPhase.WAITING;
    private int announcedReceivers;
    private ImageDescription image;
    /** Of the sessions before this one. */
    private final Tally earlier;

    private Optional<Long> presentBytes;

    /**
     * Receives where it was asked to; or goes on after a move, where who sends must be heard as soon as a sender that falls silent.
     *
     * @param knocking asks a sender for unicast until one is heard
     */
    ImageReceiverSession(
            TransferThread<?> transfer,
            ImageReceiverMachine machine,
            ImageTarget target,
            ImageWriter writer,
            ImageReceiverBuilder options,
            Optional<Move> before,
            Optional<Knocking> knocking) {
        super(
                transfer,
                before.map(Move::where).orElseGet(options.group::toString),
                before.map(move -> transfer.clock().nanos() + options.senderTimeout.toNanos())
                        .orElseGet(options::senderDeadlineNanos));
        this.machine = machine;
        this.target = target;
        this.writer = writer;
        this.trusts = !options.trusted.isEmpty();
        this.choosesSender = new ImageDemands(options).choosesSender();
        this.knocking = knocking;
        this.image = before.flatMap(Move::description).orElse(null);
        this.earlier = before.map(Move::tally).orElse(Tally.NOTHING);
        this.presentBytes = before.flatMap(Move::presentBytes);
    }

    /** Returns where to go on, if the sender moved this receiver there. */
    Optional<GroupAddress> movedTo() {
        Optional<GroupAddress> next = machine.movedTo();
        next.ifPresent(group -> LOG.info(
                "The sender on {} has this receiver go on {}",
                where,
                group.isOfSender() ? "by unicast" : "on " + DirectoryWords.text(group)));
        return next;
    }

    /** Returns who sends, if somebody was heard. */
    Optional<NodeId> sender() {
        return machine.sender();
    }

    /** Returns whether the sender has fallen silent. */
    boolean isSenderLost() {
        StatusReport end = machine.status();
        return end.state().isFinal() && end.cause() == FailureCause.SENDER_LOST && !hasFailed();
    }

    /** Returns what to take along; when the disk threads have stopped. */
    Move moveTo(String next) {
        return new Move(
                next,
                heard ? Optional.of(machine.status().image()) : Optional.empty(),
                Optional.ofNullable(image),
                tally(),
                presentBytes,
                writer.own());
    }

    @Override
    void beside(long nowNanos) {
        if (!isKnocking()) {
            return;
        }
        Knocking asking = knocking.get();
        try {
            asking.onTurn(nowNanos);
        } catch (IOException e) {
            LOG.warn("{} cannot ask for unicast any longer: {}", where, Reason.of(e));
            stopKnocking();
        }
        asking.refusal().ifPresent(reason -> {
            fail(refused(reason), nowNanos);
            stopKnocking();
        });
        if (asking.isOpened()) {
            LOG.info("Nothing is heard on {}: the image comes by unicast", where);
            ended();
        }
    }

    /** Returns the failure of a receiver that asked for unicast in vain. */
    static TransferException refused(String reason) {
        return new DismissedException(
                "The sender does not serve this receiver by unicast: " + reason + ".", Dismissal.Action.ABORT, reason);
    }

    private boolean isKnocking() {
        return knocking.isPresent() && !heard && !knocking.get().isOpened();
    }

    private void stopKnocking() {
        knocking.ifPresent(Knocking::close);
        knocking = Optional.empty();
    }

    @Override
    long besideDeadlineNanos() {
        return isKnocking() ? knocking.get().nextDeadlineNanos(transfer.clock().nanos()) : Machine.NEVER;
    }

    @Override
    Tally tally() {
        return earlier.plus(machine.statistics());
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
        heard = true;
        stopKnocking();
        if (!choosesSender) {
            senderFound();
        }
        announcedReceivers = announcement.joined();
        if (announcement.phase() != TransferPhase.FINISHED) {
            phase = announcement.phase();
            if (writer.bytesToCheck() == 0) {
                transfer.phase(phase);
            }
        }
        transfer.callbacks().tell(announcement);
    }

    @Override
    public void on(ImageEvent.TurnedAway event) {
        String reason = Names.clean("Image " + event.image() + " on " + where + " is refused: " + event.reason());
        refusal = Optional.of(reason);
        refusalCount++;
        if (!event.goesOn()) {
            return;
        }
        announcedReceivers = 0;
        phase = TransferPhase.WAITING;
        transfer.phase(phase);
        if (refusals.size() < MOST_REFUSALS_TOLD && refusals.add(reason)) {
            LOG.warn("{} This receiver goes on listening", reason);
            transfer.callbacks().tell(listener -> listener.refused(reason));
        }
    }

    @Override
    TransferException noSender() {
        if (refusal.isPresent()) {
            String further = refusalCount > 1 ? " (" + refusalCount + " senders were refused, this was the last)" : "";
            return new ImageRefusedException(
                    refusal.get() + " No other sender was heard in the time allowed" + further + ".");
        }
        return heard
                ? new SenderLostException(
                        "A sender was heard on " + where + ", but what it sends was not known in the time"
                                + " allowed: its manifest has not arrived. Start it again, or wait for longer."
                                + narrowPath())
                : super.noSender();
    }

    @Override
    String besides() {
        return knocking.map(Knocking::words).orElse("");
    }

    @Override
    public void on(ImageEvent.TargetWanted event) {
        senderFound();
        refusal = Optional.empty();
        Manifest manifest = event.manifest();
        ImageDescription description = Descriptions.of(manifest, trusts);
        if (image == null) {
            image = description;
            LOG.info("Receiving image {} ({}, {} bytes)", image.name(), image.id(), image.length());
            transfer.callbacks().tell(listener -> listener.described(description));
        }
        if (manifest.objects().size() != 1 && !(target instanceof ImageTarget.Directory)) {
            fail(
                    new ImageRefusedException("Image " + image.name() + " has "
                            + manifest.objects().size() + " files; " + target
                            + " takes one. Receive into a directory."),
                    transfer.clock().nanos());
            return;
        }
        writer.open(manifest, present -> transfer.inbox().post(now -> onOpened(present, now)), this::failStorage);
    }

    private void onOpened(List<BlockSet> present, long nowNanos) {
        transfer.phase(phase);
        machine.onTarget(present, nowNanos);
        presentBytes = presentBytes.or(() -> Optional.of(machine.status().presentBytes()));
    }

    @Override
    public void on(ImageEvent.BlockReady event) {
        SourceBlock block = event.block();
        Runnable onWritten = post(now -> machine.onBlock(block, now));
        Consumer<StorageException> onFailure = cause -> transfer.inbox().post(now -> {
            fail(cause, now);
            machine.onBlock(block, now);
        });
        if (event.objectIndex() < 0) {
            writer.reconstruct(block, onWritten, onFailure);
        } else {
            writer.write(event.objectIndex(), block, onWritten, onFailure);
        }
    }

    @Override
    public void on(ImageEvent.ChunkReady event) {
        writer.hash(
                event.objectIndex(),
                event.chunk(),
                leaf -> transfer.inbox().post(now -> machine.onChunk(event.objectIndex(), event.chunk(), leaf, now)),
                this::failStorage);
    }

    @Override
    public void on(ImageEvent.ImageVerified event) {
        writer.publish(post(machine::onStored), this::failStorage);
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
        long bytesToCheck = writer.bytesToCheck();
        return bytesToCheck == 0
                ? progress(machine.status(), nowNanos)
                : progress(TransferPhase.CHECKING, writer.checkedBytes(), bytesToCheck, machine.status(), nowNanos);
    }

    private Progress progress(StatusReport status, long nowNanos) {
        return progress(phase, status.verifiedBytes(), status.totalBytes(), status, nowNanos);
    }

    private Progress progress(TransferPhase at, long bytes, long totalBytes, StatusReport status, long nowNanos) {
        return new Progress(
                at,
                bytes,
                totalBytes,
                rate(bytes, nowNanos),
                Duration.ofNanos(nowNanos),
                announcedReceivers,
                0,
                status.lossPerMillion() / 1e6);
    }

    /** Returns the report on an image that is stored and verified; how it ended otherwise is thrown. */
    ReceiveReport report() throws TransferException {
        StatusReport end = machine.status();
        switch (end.state()) {
            case VERIFIED -> transfer.progress(progress(end, transfer.clock().nanos()), this);
            case LEFT, INCOMPLETE, FAILED, JOINING, RECEIVING -> {
                throwIfFailedOrLeft(end.state() == ReceiverState.LEFT);
                throw failure(end);
            }
        }
        LOG.debug("{}", machine.statistics());
        Tally all = tally();
        return new ReceiveReport(
                image,
                writer.paths(),
                Duration.ofNanos(transfer.clock().nanos()),
                presentBytes.orElse(end.presentBytes()),
                all.datagrams(),
                all.bytes(),
                all.duplicates(),
                all.nacks(),
                transfer.dropped(all.malformed(), all.foreign()));
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
            case REFUSED -> new ImageRefusedException(refusal.orElse("The image was refused; " + have));
            case DISMISSED -> dismissed(detail);
            case SENDER_LOST ->
                new SenderLostException("The sender on " + where + " fell silent; " + have + ". Start it again.");
            case REPAIR_UNAVAILABLE, NONE ->
                new RepairUnavailableException(
                        "The sender on " + where + " left before everything had arrived; " + have + ". Send it again.");
        };
    }

    /** Says so if what carries content never arrives, and all else does. */
    private String narrowPath() {
        ReceiverStatistics statistics = machine.statistics();
        return statistics.fullSymbols() > 0
                        || phase.compareTo(TransferPhase.TRANSFERRING) < 0
                        || statistics.datagrams() < FEWEST_SHORT
                ? ""
                : " Its short datagrams arrive here, the long ones that carry the image do not: something on the way to this"
                        + " interface has a smaller MTU. Mend that, or have the sender use a segmentLength() that is less"
                        + " (" + SegmentLength.USUAL + " bytes if it was not set).";
    }

    private DismissedException dismissed(String reason) {
        boolean fallBack =
                machine.dismissal().equals(Optional.of(dev.mimeo.protocol.session.Dismissal.Action.FALL_BACK));
        return new DismissedException(
                "The sender on " + where + " sent this receiver away" + (reason.isEmpty() ? "" : ": " + reason)
                        + (fallBack ? ". Get the image in another way." : ".") + narrowPath(),
                fallBack ? Dismissal.Action.FALL_BACK : Dismissal.Action.ABORT,
                reason);
    }
}

package dev.mimeo.protocol.image;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.Outbound;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.MalformedManifestException;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.ManifestGuard;
import dev.mimeo.protocol.receiver.IncomingObject;
import dev.mimeo.protocol.receiver.ReceiverConfig;
import dev.mimeo.protocol.receiver.ReceiverMachine;
import dev.mimeo.protocol.receiver.ReceiverStatistics;
import dev.mimeo.protocol.session.Announcement;
import dev.mimeo.protocol.session.Confirmation;
import dev.mimeo.protocol.session.Dismissal;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.GroupAddress;
import dev.mimeo.protocol.session.Needs;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionCodec;
import dev.mimeo.protocol.session.SessionCommand;
import dev.mimeo.protocol.session.SessionState;
import dev.mimeo.protocol.session.SessionText;
import dev.mimeo.protocol.session.StatusReport;
import dev.mimeo.protocol.timing.TimerTable;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Receives one image: the manifest first, then blocks into the target, chunk by verified chunk, to a verdict.
 *
 * <pre>
 *   SEARCHING --announcement--> GATHERING --manifest--> OPENING --onTarget--> RECEIVING --all verified--> STORING
 *       |                           |                      |                     |                          |
 *       |  ^                        |                      |                     |                          |
 *       |  +------ turned away -----+                      |                     |                          |
 *       +---------------------------+------ fail, leave, the sender is gone -----+------------ onStored ----+
 *                                                          |
 *                                                       CLOSING --the sender knows, or time is up--> FINISHED
 * </pre>
 *
 * <p>Blocks that arrive before the target is open are held, as far as the pool reaches. Nothing is called verified that
 * was not read back from the target and matched the manifest, whose root the announcement named.
 *
 * <p>Where a {@link ManifestGuard} tells the right sender from others, a sender that is refused, or whose manifest cannot be
 * used, is told so and not heard for half a minute; meanwhile, another may be the right one. Before its manifest has passed the
 * guard, a sender can make such a receiver do nothing but gather a manifest within its limits, or leave
 * ({@link Dismissal}).
 */
public final class ImageReceiverMachine implements Machine<ImageEvent.Handler> {
    private static final long JOIN_SPREAD_NANOS = 250_000_000;
    private static final long FIRST_REPETITION_NANOS = 100_000_000;
    private static final long SLOWEST_REPETITION_NANOS = 1_000_000_000;
    /** When what is needed is told again although it was confirmed, which anybody may have said. */
    private static final long NEEDS_AGAIN_NANOS = 30_000_000_000L;
    /** How often a chunk, or what is said of an object, may fail to match before the image is given up. */
    private static final int LARGEST_REJECTIONS = 5;
    /** Most blocks in all objects: a receiver keeps a few bits for each, before it knows the manifest. */
    private static final long LARGEST_BLOCK_COUNT = 1L << 28;

    /** A group of so many can all speak within one of the periods above; they grow with a larger one. */
    private static final long USUAL_GROUP_SIZE = 1_000;
    /** They grow no further than this, whatever a sender states. */
    private static final long LARGEST_SPREAD = 100;

    private static final Digest NO_IMAGE = Digest.of(new byte[Digest.LENGTH]);
    private static final int MANIFEST_INDEX = -1;
    /** How long a sender that was turned away is not heard. What made it seem wrong may have been damage, or forged. */
    private static final long SHUN_NANOS = 30_000_000_000L;
    /** How long a manifest may take at first while another sender waits to be heard, where a guard chooses; it doubles. */
    private static final long SHORTEST_PATIENCE_NANOS = 30_000_000_000L;

    private static final long LONGEST_PATIENCE_NANOS = 3_600_000_000_000L;

    private enum Phase {
        /** No sender of an image was heard. */
        SEARCHING,
        /** The manifest is on its way. */
        GATHERING,
        /** The owner opens the target. */
        OPENING,
        /** Blocks are written and chunks verified. */
        RECEIVING,
        /** Everything is verified; the owner makes it durable. */
        STORING,
        /** The end is known; the sender is told. */
        CLOSING,
        /** Nothing follows. */
        FINISHED
    }

    private enum Timer {
        /** The next report is due. */
        REPORT,
        /** What we need is told again, unless the sender has confirmed that it knows. */
        NEEDS,
        /** The sender did not confirm that it knows the end. */
        LINGER
    }

    /** Where a block that was given away belongs: to an object of the image as it was heard then, or to the manifest. */
    private record Out(IncomingObject object, Optional<ObjectProgress> progress) {}

    private final ReceiverConfig config;
    private final BlockPool pool;
    private final RandomGenerator random;
    private final ReceiverMachine receiver;
    private final TimerTable<Timer> timers = new TimerTable<>(Timer.class);
    private final ArrayDeque<ImageEvent> events = new ArrayDeque<>();
    private final List<SourceBlock> held = new ArrayList<>();
    private final Map<SourceBlock, Out> out = new IdentityHashMap<>();

    private Phase phase = Phase.SEARCHING;
    private Announcement announcement;
    /** Whether the sender has announced the same twice: what it said once may be damage, or forged, and ends nothing. */
    private boolean confirmed;

    private ManifestAssembly assembly;
    private int manifestRejections;
    private int refusals;
    private long gatheringNanos;
    private long patienceNanos = SHORTEST_PATIENCE_NANOS;
    private Manifest manifest;
    private List<ObjectProgress> progress = List.of();
    private List<Needs> needs = List.of();
    private long needsIntervalNanos;
    /** Another image that was announced while our sender was silent, or null. */
    private Digest rival;
    /** What was heard once: that we are sent away; or null. */
    private Dismissal rumour;
    /** Why the sender is no longer there; NONE while it is. */
    private FailureCause gone = FailureCause.NONE;

    private long storageLagBytes;
    private StatusReport verdict;
    /** What the sender sent us away to do, or null. */
    private Dismissal dismissal;

    private long repetitionNanos;
    private boolean verdictTold;
    /** Whether the next report contradicts what was said in our name: it is repeated soon. */
    private boolean objecting;

    private long nextObjectionNanos;
    private boolean finishWhenSent;
    private long nowNanos;

    /** Makes a receiver that waits for a sender; {@code pool} bounds its memory. */
    public ImageReceiverMachine(ReceiverConfig config, BlockPool pool, RandomGenerator random) {
        this.config = config;
        this.pool = pool;
        this.random = random;
        this.receiver = new ReceiverMachine(config, pool, random, new Ear());
    }

    // --------------------------------------------------------------------------------------------------------- inputs

    @Override
    public void onDatagram(ByteBuffer datagram, Delivery delivery, long now) {
        nowNanos = now;
        if (phase != Phase.FINISHED) {
            receiver.onDatagram(datagram, delivery, now);
        }
    }

    @Override
    public void onTaken(boolean everything, long now) {
        receiver.onTaken(everything, now);
    }

    @Override
    public void onTime(long now) {
        nowNanos = now;
        if (phase == Phase.FINISHED) {
            return;
        }
        receiver.onTime(now);
        if (timers.expire(Timer.LINGER, now)) {
            finish();
        } else if (timers.expire(Timer.REPORT, now)) {
            report();
        } else if (timers.expire(Timer.NEEDS, now)) {
            tellNeeds();
        }
    }

    /** A block of a BlockReady comes back: written, or, for the manifest, reconstructed. */
    @Override
    public void onBlock(SourceBlock block, long now) {
        nowNanos = now;
        Out returned = out.remove(block);
        if (returned == null) {
            throw new IllegalArgumentException(block + " was not given away");
        }
        storageLagBytes -= block.byteCount();
        if (phase == Phase.RECEIVING && returned.progress().isPresent()) {
            ObjectProgress object = returned.progress().get();
            object.onWritten(block, object.incoming() == returned.object(), chunk -> hash(object, chunk));
        } else if (phase == Phase.GATHERING && assembly != null && assembly.object() == returned.object()) {
            if (assembly.onBlock(block)) {
                onManifest();
            }
        }
        receiver.onBlock(block, nowNanos);
    }

    /**
     * The target of TargetWanted is open, and its zero chunks read as zeros. Blocks may come.
     *
     * @param present for each object of the manifest, empty ones too, the chunks that the target holds already: their
     *     hashes matched
     */
    public void onTarget(List<BlockSet> present, long now) {
        nowNanos = now;
        if (phase != Phase.OPENING) {
            return;
        }
        phase = Phase.RECEIVING;
        List<ObjectProgress> objects = new ArrayList<>();
        for (int index = 0; index < manifest.objects().size(); index++) {
            ImageObject object = manifest.objects().get(index);
            if (object.length() > 0) {
                objects.add(new ObjectProgress(index, object, present.get(index)));
            }
        }
        progress = List.copyOf(objects);
        List.copyOf(receiver.objects()).forEach(this::attach);
        List<SourceBlock> blocks = List.copyOf(held);
        held.clear();
        blocks.forEach(this::deliver);
        storeIfVerified();
        tellNeedsSoon();
        giveUpIfGone();
    }

    private List<Needs> needs() {
        BitSet needed = new BitSet();
        int chunkCount = 0;
        for (ObjectProgress object : progress) {
            object.addNeeds(needed, chunkCount);
            chunkCount += (int) object.object().chunks().count();
        }
        return Needs.of(manifest.root(), needed, chunkCount);
    }

    /** While the session waits, what nobody needs can still be left out. */
    private void tellNeedsSoon() {
        if (phase == Phase.RECEIVING && isWaiting() && !timers.isRunning(Timer.NEEDS)) {
            needs = needs();
            needsIntervalNanos = spread(FIRST_REPETITION_NANOS);
            timers.set(Timer.NEEDS, nowNanos + (long) (random.nextDouble() * needsIntervalNanos));
        }
    }

    private boolean isWaiting() {
        return announcement != null && announcement.state() == SessionState.WAITING;
    }

    private void tellNeeds() {
        if (phase == Phase.RECEIVING && isWaiting()) {
            needs.forEach(part -> receiver.report(SessionCodec.encode(part), nowNanos));
            timers.set(Timer.NEEDS, nowNanos + needsIntervalNanos);
            needsIntervalNanos = slower(needsIntervalNanos);
        }
    }

    /** A chunk of ChunkReady was read back and hashed. */
    public void onChunk(int objectIndex, long chunk, byte[] leafHash, long now) {
        nowNanos = now;
        if (phase != Phase.RECEIVING) {
            return;
        }
        ObjectProgress object = progress.stream()
                .filter(known -> known.index() == objectIndex)
                .findFirst()
                .orElseThrow();
        switch (object.onHashed(chunk, leafHash, receiver)) {
            case VERIFIED -> storeIfVerified();
            case AGAIN -> hash(object, chunk);
            case MISSING -> {}
            case REJECTED -> {
                if (confirmed && object.rejections(chunk) >= LARGEST_REJECTIONS) {
                    fail(
                            FailureCause.IMAGE_CORRUPT,
                            "chunk " + chunk + " of " + object.object().name() + " did not match " + LARGEST_REJECTIONS
                                    + " times",
                            now);
                } else {
                    giveUpIfGone();
                }
            }
        }
    }

    /** The image of ImageVerified is durable and published. */
    public void onStored(long now) {
        nowNanos = now;
        if (phase == Phase.STORING) {
            close(ReceiverState.VERIFIED, FailureCause.NONE, "");
        }
    }

    /**
     * The owner gives up, for {@link FailureCause#STORAGE} or {@link FailureCause#REFUSED} for instance. Blocks that are out
     * are still to be handed back. Without effect once the end is known.
     */
    public void fail(FailureCause cause, String detail, long now) {
        nowNanos = now;
        close(ReceiverState.FAILED, cause, detail);
    }

    /** The user cancels: the sender is told once. Once the end is known, it is only not waited for any longer. */
    public void leave(long now) {
        nowNanos = now;
        close(ReceiverState.LEFT, FailureCause.NONE, "");
        finishWhenSent = true;
    }

    // -------------------------------------------------------------------------------------------------------- outputs

    @Override
    public boolean pollDatagram(Outbound outbound, long now) {
        if (phase == Phase.FINISHED) {
            return false;
        }
        if (receiver.pollDatagram(outbound, now)) {
            return true;
        }
        if (finishWhenSent) {
            finish();
        }
        return false;
    }

    @Override
    public void drainEvents(ImageEvent.Handler handler) {
        for (ImageEvent event = events.poll(); event != null; event = events.poll()) {
            event.deliver(handler);
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return phase == Phase.FINISHED ? NEVER : Math.min(timers.earliestNanos(), receiver.nextDeadlineNanos());
    }

    /** Returns how it is doing, as it would report now. */
    public StatusReport status() {
        if (verdict != null) {
            return verdict;
        }
        ReceiverState state = switch (phase) {
            case SEARCHING, GATHERING, OPENING -> ReceiverState.JOINING;
            case RECEIVING, STORING, CLOSING, FINISHED -> ReceiverState.RECEIVING;
        };
        return status(state, FailureCause.NONE, "");
    }

    /** Returns what to do instead, if the sender sent this receiver away: it ended for {@link FailureCause#DISMISSED}. */
    public Optional<Dismissal.Action> dismissal() {
        return Optional.ofNullable(dismissal).map(Dismissal::action);
    }

    /** Returns who sends, if somebody was heard. */
    public Optional<NodeId> sender() {
        return receiver.sender();
    }

    /** Returns where another session of the image is to be received, if the sender moved this receiver there. */
    public Optional<GroupAddress> movedTo() {
        return Optional.ofNullable(dismissal).flatMap(Dismissal::next);
    }

    /** Returns what was heard and said so far. */
    public ReceiverStatistics statistics() {
        return receiver.statistics();
    }

    // ---------------------------------------------------------------------------------------------- from the receiver

    /** What the NORM receiver tells. */
    private final class Ear implements ReceiverMachine.Listener {
        @Override
        public boolean isCandidate(ReceiverMachine.Candidate candidate, Optional<ByteBuffer> command) {
            if (command.isEmpty() || phase == Phase.CLOSING) {
                return false;
            }
            try {
                return SessionCodec.decodeCommand(command.get())
                        .map(decoded -> decoded instanceof Announcement heard && isCandidate(candidate, heard))
                        .orElse(false);
            } catch (MalformedDatagramException refused) {
                return false;
            }
        }

        private boolean isCandidate(ReceiverMachine.Candidate candidate, Announcement heard) {
            boolean unwanted =
                    config.image().isPresent() && !config.image().get().equals(heard.image());
            if (unwanted || heard.state() == SessionState.ENDED) {
                return false;
            }
            if (announcement == null) {
                return true;
            }
            boolean same = heard.image().equals(announcement.image());
            boolean fits = same && heard.objectCount() == announcement.objectCount();
            return switch (candidate) {
                case FIRST -> true;
                case RESTARTED -> {
                    if (manifest != null && !same && !isReceived()) {
                        if (heard.image().equals(rival)) {
                            refuseOther(rival);
                        }
                        rival = heard.image();
                    }
                    yield manifest == null || fits;
                }
                case ANOTHER -> {
                    rival = same ? rival : heard.image();
                    yield fits || manifest == null && !confirmed;
                }
                case CHALLENGER -> isOverdue();
            };
        }

        /** Whoever announces and does not deliver must not keep the right sender out; who is only slow has ever more time. */
        private boolean isOverdue() {
            boolean overdue = config.guard().choosesSender()
                    && phase == Phase.GATHERING
                    && nowNanos - gatheringNanos >= patienceNanos;
            if (overdue) {
                patienceNanos = Math.min(LONGEST_PATIENCE_NANOS, 2 * patienceNanos);
            }
            return overdue;
        }

        @Override
        public void onSender(NodeId sender, int instanceId) {
            forgetSender();
        }

        @Override
        public void onCommand(ByteBuffer content) {
            try {
                SessionCommand command = SessionCodec.decodeCommand(content).orElse(null);
                if (command instanceof Announcement heard) {
                    onAnnouncement(heard);
                } else if (command instanceof Confirmation confirmation) {
                    onConfirmation(confirmation);
                } else if (command instanceof Dismissal dismissed) {
                    onDismissal(dismissed);
                }
            } catch (MalformedDatagramException refused) {
                // Not for us, or not whole: the sender repeats what matters.
                return;
            }
        }

        @Override
        public void onObject(IncomingObject object) {
            for (SourceBlock block : List.copyOf(held)) {
                if (block.object().equals(object.id())) {
                    held.remove(block);
                    receiver.onBlock(block, nowNanos);
                }
            }
            consider(object);
        }

        @Override
        public void onUndescribed(ObjectId object, boolean hasInfo) {}

        @Override
        public void onInfo(IncomingObject object, ByteBuffer content) {}

        @Override
        public void onFlush(ObjectId last) {}

        @Override
        public boolean mayAcknowledge(ObjectId last) {
            return phase == Phase.STORING;
        }

        @Override
        public void onBlockReady(SourceBlock block) {
            if (phase == Phase.RECEIVING
                    || assembly != null
                            && block.object().equals(assembly.object().id())) {
                deliver(block);
            } else {
                held.add(block);
            }
        }

        @Override
        public void onSquelched(ObjectId object) {
            onSenderGone(FailureCause.REPAIR_UNAVAILABLE);
        }

        @Override
        public void onEnd() {
            onSenderGone(FailureCause.REPAIR_UNAVAILABLE);
        }

        @Override
        public void onSilence() {
            if (rival != null && (phase == Phase.GATHERING || phase == Phase.RECEIVING) && !isReceived()) {
                refuseOther(rival);
            } else {
                onSenderGone(FailureCause.SENDER_LOST);
            }
        }
    }

    /** Nothing is known of a sender any more; what was verified stays. */
    private void forgetSender() {
        announcement = null;
        confirmed = false;
        rival = null;
        rumour = null;
        manifestRejections = 0;
        refusals = 0;
        gone = FailureCause.NONE;
        timers.stop(Timer.NEEDS);
        progress.forEach(ObjectProgress::detach);
        held.forEach(block -> receiver.onBlock(block, nowNanos));
        held.clear();
        if (phase == Phase.GATHERING) {
            assembly = null;
            phase = Phase.SEARCHING;
        }
    }

    private void refuseOther(Digest image) {
        fail(
                FailureCause.REFUSED,
                "the sender is gone, and another image is sent now, " + image + "; receive it anew",
                nowNanos);
    }

    private void onAnnouncement(Announcement heard) {
        boolean same = announcement != null && saysTheSame(heard);
        if (announcement != null && !same) {
            if (confirmed || manifest != null && fault(manifest, heard).isPresent()) {
                return;
            }
            // One of the two is wrong, and nothing yet says which: whichever is heard again is right.
            receiver.startOver();
            forgetSender();
        }
        boolean news = announcement == null || announcement.state() != heard.state();
        confirmed |= same;
        announcement = heard;
        receiver.onPause(heard.state() == SessionState.SENDING && heard.bytesPerSecond() == 0);
        gone = FailureCause.NONE;
        Optional<String> refusal = phase == Phase.SEARCHING ? refusal(heard) : Optional.empty();
        if (refusal.isPresent()) {
            if (confirmed) {
                turnAway(FailureCause.REFUSED, refusal.get());
            }
            return;
        }
        if (news || heard.state() == SessionState.WAITING) {
            events.add(new ImageEvent.Announced(heard));
        }
        switch (heard.state()) {
            case WAITING -> {
                receiver.joinFromStart();
                expectManifest();
            }
            case SENDING, COMPLETING -> {
                timers.stop(Timer.NEEDS);
                expectObjects();
            }
            case ENDED -> {
                receiver.onFarewell(nowNanos);
                return;
            }
        }
        if (phase == Phase.SEARCHING) {
            phase = Phase.GATHERING;
            gatheringNanos = nowNanos;
            timers.set(Timer.REPORT, nowNanos + (long) (random.nextDouble() * spread(JOIN_SPREAD_NANOS)));
        }
        if (news) {
            tellNeedsSoon();
            List.copyOf(receiver.objects()).forEach(this::consider);
        }
    }

    /** Has the manifest and the objects of the image asked for if nothing of them is ever heard. */
    private void expectObjects() {
        expectManifest();
        int count = Math.min(announcement.objectCount(), config.limits().objectCount());
        for (int i = 0; i < count; i++) {
            if (progress.isEmpty() || i < progress.size() && !progress.get(i).isVerified()) {
                receiver.expect(announcement.firstObject().plus(i), false, true);
            }
        }
    }

    private void expectManifest() {
        if (phase == Phase.SEARCHING || phase == Phase.GATHERING) {
            receiver.expect(announcement.manifest(), true, true);
        }
    }

    private Optional<String> refusal(Announcement heard) {
        long limit = config.limits().imageLength();
        return heard.imageLength() > limit
                ? Optional.of("it has " + heard.imageLength() + " bytes; this receiver takes at most " + limit
                        + ". Raise maximumImageLength, if that is as it should be.")
                : config.guard().refusal(heard.image());
    }

    /** A sender does not change its mind; what says otherwise is forged, or broken. */
    private boolean saysTheSame(Announcement heard) {
        return announcement.image().equals(heard.image())
                && announcement.imageLength() == heard.imageLength()
                && announcement.manifest().equals(heard.manifest())
                && announcement.firstObject().equals(heard.firstObject())
                && announcement.objectCount() == heard.objectCount();
    }

    private void onConfirmation(Confirmation confirmation) {
        if (!confirmation.nodes().contains(config.nodeId())) {
            return;
        }
        switch (confirmation.subject()) {
            case NEEDS -> {
                if (timers.isRunning(Timer.NEEDS)) {
                    timers.set(Timer.NEEDS, nowNanos + NEEDS_AGAIN_NANOS);
                }
            }
            case END -> {
                if (phase == Phase.CLOSING && verdictTold) {
                    finish();
                } else if (phase != Phase.CLOSING && phase != Phase.FINISHED) {
                    object();
                }
            }
        }
    }

    /** Somebody told the sender in our name that we had ended: we say otherwise, soon and once more. */
    private void object() {
        if (nowNanos >= nextObjectionNanos) {
            nextObjectionNanos = nowNanos + SLOWEST_REPETITION_NANOS;
            objecting = true;
            timers.limit(Timer.REPORT, nowNanos + (long) (random.nextDouble() * FIRST_REPETITION_NANOS));
        }
    }

    /** Who has everything stays: it has a better end to tell. A sender tells the others again and again; once is not enough. */
    private void onDismissal(Dismissal heard) {
        boolean ends = phase == Phase.CLOSING || phase == Phase.FINISHED || phase == Phase.STORING;
        if (ends || isReceived() || !heard.nodes().contains(config.nodeId())) {
            return;
        }
        if (rumour == null || rumour.action() != heard.action()) {
            rumour = heard;
        } else {
            obey(rumour);
        }
    }

    private void obey(Dismissal told) {
        dismissal = told;
        fail(FailureCause.DISMISSED, told.reason(), nowNanos);
    }

    /** Takes an object if it is the manifest or of the image, and can be taken. */
    private void consider(IncomingObject object) {
        if (announcement == null || object.information() == null || object.isAccepted()) {
            return;
        }
        boolean isManifest = object.id().equals(announcement.manifest()) && phase == Phase.GATHERING;
        if (!isManifest && !isOfImage(object)) {
            return;
        }
        var information = object.information();
        long blocks = object.partition().blockCount() + acceptedBlockCount();
        if (information.transferLength() == 0) {
            refuse(object, "an empty object, which an image has in its manifest only");
        } else if (blocks > LARGEST_BLOCK_COUNT) {
            refuse(object, "more than " + LARGEST_BLOCK_COUNT + " blocks; use larger ones");
        } else if (!pool.fits(information)) {
            refuse(
                    object,
                    "blocks of " + information.maximumBlockLength() + " symbols of " + information.symbolLength()
                            + " bytes cannot be taken; use a larger memory limit or smaller blocks");
        } else if (isManifest) {
            gather(object);
        } else {
            receiver.accept(object, true);
            attach(object);
        }
    }

    private long acceptedBlockCount() {
        return receiver.objects().stream()
                .filter(IncomingObject::isAccepted)
                .mapToLong(object -> object.partition().blockCount())
                .sum();
    }

    private boolean isOfImage(IncomingObject object) {
        int position = announcement.firstObject().distanceTo(object.id());
        return position >= 0 && position < announcement.objectCount();
    }

    private void gather(IncomingObject object) {
        long length = object.information().transferLength();
        if (length > config.limits().manifestLength()) {
            refuse(
                    object,
                    "the manifest has " + length + " bytes, the limit is "
                            + config.limits().manifestLength());
            return;
        }
        assembly = new ManifestAssembly(object);
        receiver.accept(object, true);
        receiver.repair(object, true);
    }

    /** Ties an object that is heard to what the manifest says of it, once both are known. */
    private void attach(IncomingObject object) {
        if (progress.isEmpty() || !object.isAccepted() || !isOfImage(object)) {
            return;
        }
        ObjectProgress known = progress.get(announcement.firstObject().distanceTo(object.id()));
        long length = object.information().transferLength();
        if (known.object().length() != length) {
            refuse(
                    object,
                    known.object().name() + " has " + length + " bytes on the wire, "
                            + known.object().length() + " in the manifest");
        } else {
            known.attach(object, receiver);
            receiver.repair(object, false);
            held.stream()
                    .filter(block -> block.object().equals(object.id()))
                    .forEach(block -> block.know(object.known()));
        }
    }

    /** What one datagram says of an object may be damage; what several say is so. */
    private void refuse(IncomingObject object, String detail) {
        refusals++;
        if (confirmed && refusals >= LARGEST_REJECTIONS) {
            turnAway(FailureCause.REFUSED, detail);
        } else {
            receiver.forget(object);
        }
    }

    private void onManifest() {
        Optional<String> refusal;
        try {
            refusal = config.guard().refusal(assembly.signedBytes());
            if (refusal.isEmpty()) {
                manifest = assembly.decode(config.limits(), announcement.image());
            }
        } catch (MalformedManifestException refused) {
            onManifestRefused(
                    refused.isBeyondLimits() ? FailureCause.REFUSED : FailureCause.IMAGE_CORRUPT, refused.getMessage());
            return;
        }
        if (refusal.isPresent()) {
            onManifestRefused(FailureCause.REFUSED, refusal.get());
            return;
        }
        refusal = config.guard().refusal(manifest);
        if (refusal.isPresent()) {
            manifest = null;
            turnAway(FailureCause.REFUSED, refusal.get());
            return;
        }
        refusal = fault(manifest, announcement);
        if (refusal.isPresent()) {
            manifest = null;
            onManifestRefused(FailureCause.REFUSED, refusal.get());
            return;
        }
        assembly.release();
        phase = Phase.OPENING;
        events.add(new ImageEvent.TargetWanted(manifest));
    }

    /** Says how a manifest and an announcement contradict each other. */
    private static Optional<String> fault(Manifest manifest, Announcement announced) {
        long carried = manifest.objects().stream()
                .filter(object -> object.length() > 0)
                .count();
        if (!manifest.root().equals(announced.image())) {
            return Optional.of(
                    "the manifest describes image " + manifest.root() + ", the sender announced " + announced.image());
        }
        if (carried != announced.objectCount()) {
            return Optional.of("the manifest lists " + carried + " objects that are not empty, the sender announced "
                    + announced.objectCount());
        }
        return manifest.length() == announced.imageLength()
                ? Optional.empty()
                : Optional.of("the manifest describes " + manifest.length() + " bytes, the sender announced "
                        + announced.imageLength());
    }

    /** A manifest that was damaged on its way may be right the next time. */
    private void onManifestRefused(FailureCause cause, String reason) {
        manifestRejections++;
        if (confirmed && manifestRejections >= LARGEST_REJECTIONS || gone != FailureCause.NONE) {
            turnAway(cause, reason);
            return;
        }
        IncomingObject object = assembly.object();
        assembly.reset();
        for (long block = 0; block < object.partition().blockCount(); block++) {
            receiver.reject(object, block);
        }
    }

    /** This sender is not the right one, or its image is not acceptable: goes on with another, or ends. */
    private void turnAway(FailureCause cause, String reason) {
        if (phase == Phase.CLOSING || phase == Phase.FINISHED) {
            return;
        }
        boolean goesOn = config.guard().choosesSender() && (phase == Phase.SEARCHING || phase == Phase.GATHERING);
        events.add(new ImageEvent.TurnedAway(announcement.image(), reason, goesOn));
        if (!goesOn) {
            fail(cause, reason, nowNanos);
            return;
        }
        receiver.report(SessionCodec.encode(status(ReceiverState.FAILED, cause, SessionText.fit(reason))), nowNanos);
        receiver.abandon(nowNanos + SHUN_NANOS);
        forgetSender();
        timers.stop(Timer.REPORT);
    }

    // ---------------------------------------------------------------------------------------------- blocks and chunks

    private void deliver(SourceBlock block) {
        IncomingObject object = receiver.object(block.object());
        boolean ofManifest = assembly != null && object == assembly.object();
        Optional<ObjectProgress> known = ofManifest ? Optional.empty() : progressOf(object);
        boolean current = object != null && block.information().equals(object.information());
        if (!current || !ofManifest && known.isEmpty()) {
            receiver.onBlock(block, nowNanos);
            return;
        }
        out.put(block, new Out(object, known));
        storageLagBytes += block.byteCount();
        events.add(new ImageEvent.BlockReady(known.map(ObjectProgress::index).orElse(MANIFEST_INDEX), block));
    }

    private Optional<ObjectProgress> progressOf(IncomingObject object) {
        return progress.stream().filter(known -> known.incoming() == object).findFirst();
    }

    private void hash(ObjectProgress object, long chunk) {
        events.add(new ImageEvent.ChunkReady(
                object.index(),
                chunk,
                object.chunkOffset(chunk),
                object.object().chunks().chunkLength(chunk)));
    }

    private void storeIfVerified() {
        if (phase == Phase.RECEIVING && progress.stream().allMatch(ObjectProgress::isVerified)) {
            phase = Phase.STORING;
            events.add(new ImageEvent.ImageVerified());
        }
    }

    // -------------------------------------------------------------------------------------------------------- the end

    private void onSenderGone(FailureCause cause) {
        gone = cause;
        switch (phase) {
            case SEARCHING, GATHERING -> {
                if (config.guard().choosesSender() && announcement != null) {
                    turnAway(cause, words(cause) + " before its manifest was here");
                } else {
                    giveUp(cause);
                }
            }
            case OPENING, STORING -> {}
            case RECEIVING -> giveUpIfGone();
            case CLOSING -> finishOnceTold();
            case FINISHED -> {}
        }
    }

    /** The sender is told how it ended at least once. */
    private void finishOnceTold() {
        if (verdictTold) {
            finish();
        } else {
            finishWhenSent = true;
            report();
        }
    }

    private void giveUpIfGone() {
        if (phase == Phase.RECEIVING && gone != FailureCause.NONE && !isReceived()) {
            giveUp(gone);
        }
    }

    /** Returns whether no sender is needed any more. */
    private boolean isReceived() {
        return !progress.isEmpty() && progress.stream().allMatch(ObjectProgress::isReceived);
    }

    /** Nobody is there to say once more what was said once. */
    private void giveUp(FailureCause cause) {
        if (rumour != null) {
            obey(rumour);
            return;
        }
        close(ReceiverState.INCOMPLETE, cause, words(cause));
    }

    private static String words(FailureCause cause) {
        return cause == FailureCause.SENDER_LOST ? "the sender fell silent" : "the sender left";
    }

    private void close(ReceiverState state, FailureCause cause, String detail) {
        if (phase == Phase.CLOSING || phase == Phase.FINISHED) {
            return;
        }
        verdict = status(state, cause, SessionText.fit(detail));
        phase = Phase.CLOSING;
        held.forEach(block -> receiver.onBlock(block, nowNanos));
        held.clear();
        receiver.close();
        if (announcement == null) {
            finish();
            return;
        }
        repetitionNanos = spread(FIRST_REPETITION_NANOS);
        finishWhenSent |= gone != FailureCause.NONE;
        if (finishWhenSent || repetitionNanos == FIRST_REPETITION_NANOS) {
            report();
        } else {
            timers.set(Timer.REPORT, nowNanos + (long) (random.nextDouble() * repetitionNanos));
        }
        timers.set(Timer.LINGER, nowNanos + config.lingerNanos());
    }

    private void finish() {
        timers.stop(Timer.LINGER);
        timers.stop(Timer.REPORT);
        if (phase != Phase.FINISHED) {
            phase = Phase.FINISHED;
            events.add(new ImageEvent.Finished(verdict));
        }
    }

    private void report() {
        if (announcement != null) {
            receiver.report(SessionCodec.encode(status()), nowNanos);
        }
        if (phase == Phase.CLOSING) {
            verdictTold = true;
            timers.set(Timer.REPORT, nowNanos + repetitionNanos);
            repetitionNanos = slower(repetitionNanos);
        } else if (objecting) {
            objecting = false;
            timers.set(Timer.REPORT, nowNanos + FIRST_REPETITION_NANOS);
        } else {
            long interval = announcement == null ? 1_000 : announcement.reportIntervalMillis();
            timers.set(Timer.REPORT, nowNanos + (long) (interval * 1_000_000 * (0.75 + random.nextDouble() / 2)));
        }
    }

    /** Returns a period in which the whole group may speak, from the one for a usual group. */
    private long spread(long nanos) {
        return nanos * Math.min(LARGEST_SPREAD, Math.max(1, receiver.groupSize() / USUAL_GROUP_SIZE));
    }

    private long slower(long nanos) {
        return Math.min(spread(SLOWEST_REPETITION_NANOS), 2 * nanos);
    }

    private StatusReport status(ReceiverState state, FailureCause cause, String detail) {
        long total = manifest == null ? 0 : manifest.length();
        long verified =
                progress.stream().mapToLong(ObjectProgress::verifiedBytes).sum();
        long present = progress.stream().mapToLong(ObjectProgress::presentBytes).sum();
        return new StatusReport(
                state,
                config.name(),
                state == ReceiverState.JOINING ? config.token() : "",
                announcement == null ? NO_IMAGE : announcement.image(),
                verified,
                total,
                present,
                receiver.lossPerMillion(),
                pool.freeBytes(),
                storageLagBytes,
                cause,
                detail);
    }
}

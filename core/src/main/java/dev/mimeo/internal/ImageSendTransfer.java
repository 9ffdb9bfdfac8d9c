package dev.mimeo.internal;

import dev.mimeo.Candidate;
import dev.mimeo.Dismissal;
import dev.mimeo.DroppedDatagrams;
import dev.mimeo.ImageDescription;
import dev.mimeo.ImageFlag;
import dev.mimeo.ImageRefusedException;
import dev.mimeo.MulticastGroup;
import dev.mimeo.NoReceiversException;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SendReport;
import dev.mimeo.SessionView;
import dev.mimeo.SlowReceiverPolicy;
import dev.mimeo.StartPolicy;
import dev.mimeo.StorageException;
import dev.mimeo.TransferException;
import dev.mimeo.TransferPhase;
import dev.mimeo.UnicastPolicy;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.ManifestCodec;
import dev.mimeo.protocol.sender.RosterEntry;
import dev.mimeo.protocol.sender.SenderConfig;
import dev.mimeo.protocol.sender.SenderEvent;
import dev.mimeo.protocol.sender.SenderMachine;
import dev.mimeo.protocol.sender.SenderStatistics;
import dev.mimeo.protocol.sender.TransmitObject;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.GroupAddress;
import dev.mimeo.protocol.session.SessionState;
import dev.mimeo.protocol.session.SessionText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One image, sent: described, offered, driven to the end. */
final class ImageSendTransfer extends SendTransfer<SendReport> {
    private static final Logger LOG = LoggerFactory.getLogger(ImageSendTransfer.class);
    private static final String MANIFEST_INFO = "mimeo/manifest";
    private static final int LEAST_MANIFEST_PARITY = 4;

    /** How often a start by the wall clock is looked at again: it may have been set. */
    private static final long WALL_CLOCK_NANOS = 1_000_000_000;

    private static final long FINISHING_NANOS = 20_000_000;
    /** One part in so many of a second is what it takes to hand a receiver off. */
    private static final int MOVES_PER_SECOND = 2;

    private static final SenderStatistics NOTHING_YET = new SenderStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private final Openable source;
    private final ImageSenderBuilder options;
    /** The protocol thread's; there before anything is done on it. */
    private SenderMachine machine;

    private long nextWallClockNanos;
    private volatile StartPolicy policy;
    private volatile boolean held;
    private volatile Openable known;
    private volatile Optional<ImageDescription> description = Optional.empty();
    private volatile Consumer<NodeId> onLaggard = receiver -> {};
    private volatile Moment latest = new Moment(
            TransferPhase.PREPARING, Duration.ZERO, NOTHING_YET, DroppedDatagrams.NONE, Optional.empty(), List.of());

    private volatile Optional<UnicastSessions> unicast = Optional.empty();
    /** What all sessions together may have, bytes per second; the protocol thread's. */
    private long budget;
    /** What of it the session of the group may have. */
    private long grantedToGroup;

    private boolean groupIsOver;

    /** What a view is made of when somebody looks. */
    private record Moment(
            TransferPhase phase,
            Duration elapsed,
            SenderStatistics statistics,
            DroppedDatagrams dropped,
            Optional<NodeId> limiting,
            List<RosterEntry> roster) {}

    ImageSendTransfer(Openable source, ImageSenderBuilder options, int segmentLength, MulticastPort port) {
        super(options, segmentLength, port);
        this.source = Objects.requireNonNull(source, "source");
        this.known = source;
        this.options = options;
        this.policy = options.startPolicy;
    }

    @Override
    public SendReport run(TransferThread<SendReport> transfer) throws IOException {
        transfer.phase(TransferPhase.PREPARING);
        try (OpenImage image = source.open(
                hashed -> transfer.progress(hashed, () -> TransferRecording.Counts.NONE),
                transfer::isCancelled,
                transfer.threads())) {
            ImageDescription what = Descriptions.of(image.manifest(), true);
            known = source instanceof FilesSource files ? files.known(image) : source;
            description = Optional.of(what);
            checkFlags(what, options);
            transfer.callbacks().tell(listener -> listener.described(what));
            transfer.phase(TransferPhase.WAITING);
            LOG.info("Sending image {} ({}, {} bytes) to {}", what.name(), what.id(), what.length(), options.group);
            Optional<String> noUnicast = noUnicast(what);
            machine = newMachine(noUnicast.isEmpty(), transfer.clock().nanos());
            budget = options.highestRate().bytesPerSecond();
            grantedToGroup = budget;
            Offer offer = offer(transfer, image, what);
            if (options.unicast.isEmpty()) {
                return drive(transfer, machine, offer);
            }
            noUnicast.ifPresent(reason -> LOG.info("Nobody is served by unicast: {}", reason));
            try (UnicastSessions alone = new UnicastSessions(
                    options.unicast.get(), options, segmentLength, known, noUnicast, transfer, this::divide)) {
                unicast = Optional.of(alone);
                SendReport report = drive(transfer, machine, offer);
                finish(transfer, alone);
                return alone.with(report);
            }
        }
    }

    /** Returns why nobody is to be served alone, if so. */
    private Optional<String> noUnicast(ImageDescription what) {
        if (isMulticastOnly(what)) {
            return Optional.of("image " + what.name() + " must be sent by multicast only, says its manifest");
        }
        return source instanceof PipeSource
                ? Optional.of("image " + what.name() + " comes from a pipe, and can be sent only once")
                : Optional.empty();
    }

    /** The session of the group is over: waits for those who are served alone. */
    private void finish(TransferThread<SendReport> transfer, UnicastSessions alone) {
        groupIsOver = true;
        for (long now = transfer.clock().nanos();
                alone.isBusy(now);
                now = transfer.clock().nanos()) {
            if (transfer.isCancelled()) {
                throw new CancellationException("the transfer was cancelled");
            }
            transfer.inbox().deliverAll(now);
            divide(now);
            LockSupport.parkNanos(this, FINISHING_NANOS);
        }
    }

    /** Divides what all sessions may have. */
    private void divide(long nowNanos) {
        unicast.ifPresent(alone -> alone.divide(budget, groupIsOver ? List.of() : List.of(new GroupShare(nowNanos))));
    }

    /** What the session of the group has of the rate. */
    private final class GroupShare implements RateShares.Sharer {
        private final long nowNanos;

        GroupShare(long nowNanos) {
            this.nowNanos = nowNanos;
        }

        @Override
        public boolean isSending() {
            return machine.state() == SessionState.SENDING || machine.state() == SessionState.COMPLETING;
        }

        @Override
        public long granted() {
            return grantedToGroup;
        }

        @Override
        public void grant(long bytesPerSecond) {
            grantedToGroup = bytesPerSecond;
            machine.cap(bytesPerSecond, nowNanos);
        }
    }

    private SenderMachine newMachine(boolean mayHandOff, long nowNanos) {
        SenderConfig.Builder config = config().sessionName(options.sessionName)
                .startWhen(StartPolicies.condition(policy, options.environment.clock(), nowNanos))
                .giveUpNanos(options.giveUpAfter.map(Duration::toNanos).orElse(Long.MAX_VALUE))
                .checkPatienceNanos(options.waitForChecks.toNanos())
                .receiverTimeoutNanos(options.receiverTimeout.toNanos())
                .maximumReceivers(options.maximumReceivers)
                .slowReceivers(Descriptions.of(options.slowReceivers, mayHandOff && options.unicast.isPresent()))
                .repairShare(options.repairShare);
        if (options.targets != NamedTargets.ANYBODY) {
            config.closed();
        }
        return machine(config.build());
    }

    /** Refuses to send what its maker does not want sent like this. */
    static void checkFlags(ImageDescription image, ImageSenderBuilder options) throws ImageRefusedException {
        if (!image.flags().contains(ImageFlag.ALLOW_MULTICAST)) {
            throw new ImageRefusedException("Image " + image.name()
                    + " must not be sent by multicast, says its manifest. Prepare it again and allow that.");
        }
        if (image.flags().contains(ImageFlag.ENCRYPT) && options.groupKey.isEmpty()) {
            throw new ImageRefusedException("Image " + image.name()
                    + " must be encrypted on the network, says its manifest: give its sender a groupKey(), and its"
                    + " receivers the same. Prepare it again without that to send it in the clear.");
        }
        if (isMulticastOnly(image)
                && options.slowReceivers instanceof SlowReceiverPolicy.DropBelow drop
                && drop.action() == Dismissal.Action.FALL_BACK) {
            throw new ImageRefusedException("Image " + image.name()
                    + " must be sent by multicast only, says its manifest; slow receivers cannot be handed off."
                    + " Use dropBelow(), or secondPass().");
        }
    }

    private static boolean isMulticastOnly(ImageDescription image) {
        return image.flags().contains(ImageFlag.MULTICAST_ONLY);
    }

    // ------------------------------------------------------------------- what operators do, on the protocol thread

    void start(long nowNanos) {
        machine.start(nowNanos);
    }

    void startWhen(StartPolicy next, long nowNanos) {
        policy = next;
        machine.startWhen(StartPolicies.condition(next, options.environment.clock(), nowNanos), nowNanos);
    }

    void hold(long nowNanos) {
        machine.hold(nowNanos);
    }

    void resume(long nowNanos) {
        machine.resume(nowNanos);
    }

    void dismiss(NodeId receiver, Dismissal dismissal, long nowNanos) {
        if (dismissal.action() == Dismissal.Action.FALL_BACK && handOff(receiver, dismissal.reason(), nowNanos)) {
            return;
        }
        attendance.sentAway(receiver, ReceiverStatus.State.DISMISSED, dismissal.reason());
        machine.dismiss(receiver, Descriptions.of(dismissal.action()), dismissal.reason(), nowNanos);
    }

    void move(NodeId receiver, MulticastGroup group, String reason, long nowNanos) {
        move(receiver, DirectoryWords.of(group), reason, nowNanos);
    }

    private void move(NodeId receiver, GroupAddress next, String reason, long nowNanos) {
        if (machine.move(receiver, next, reason, nowNanos)) {
            attendance.sentAway(receiver, ReceiverStatus.State.MOVED, reason);
        }
    }

    /** Has a receiver go on by unicast, if that is to be and there is room; returns whether it does. */
    private boolean handOff(NodeId receiver, String reason, long nowNanos) {
        boolean handedOff = unicast.filter(alone -> alone.keepPlace(nowNanos)).isPresent();
        if (handedOff) {
            move(receiver, GroupAddress.ofSender(unicast.get().port()), reason, nowNanos);
        }
        return handedOff;
    }

    void cap(long bytesPerSecond, long nowNanos) {
        budget = bytesPerSecond;
        unicast.ifPresentOrElse(alone -> divide(nowNanos), () -> machine.cap(bytesPerSecond, nowNanos));
    }

    /** When all has been sent once: hands the last receivers off if that costs less than to repair them together. */
    private void handOffTheLast(UnicastPolicy policy, List<RosterEntry> roster, long nowNanos) {
        List<RosterEntry> left = roster.stream().filter(RosterEntry::isAwaited).toList();
        if (left.isEmpty() || left.size() > policy.lastReceivers()) {
            return;
        }
        long[] lacking = left.stream()
                .flatMap(each -> each.report().stream())
                .mapToLong(report -> report.totalBytes() - report.verifiedBytes())
                .toArray();
        long alone = LongStream.of(lacking).sum();
        long together = LongStream.of(lacking).max().orElse(0);
        if (lacking.length == left.size()
                && alone + left.size() * grantedToGroup / MOVES_PER_SECOND < together * policy.multicastCost()) {
            LOG.info(
                    "{} receivers are left, which lack {} bytes, {} of them the one that lacks most: unicast costs less, they go"
                            + " on so",
                    left.size(),
                    alone,
                    together);
            left.forEach(each -> handOff(each.id(), "the last receivers get the image by unicast", nowNanos));
        }
    }

    /** Returns whether as many have been served alone as were waited for, and nobody waits for the session of the group. */
    private boolean isServedAlone(UnicastSessions alone, List<RosterEntry> roster, long nowNanos) {
        int expected = StartPolicies.expected(policy);
        return machine.state() == SessionState.WAITING
                && roster.isEmpty()
                && expected > 0
                && alone.receivers().size() >= expected
                && !alone.isBusy(nowNanos);
    }

    // ------------------------------------------------------------------------------------------------- any thread

    /** Has {@code listener} told, on the protocol thread, who lags behind the rest. */
    void onLaggard(Consumer<NodeId> listener) {
        onLaggard = listener;
    }

    /** Returns the same source with what is known of it by now: it need not be read again to describe it. */
    Openable source() {
        return known;
    }

    /** Says so to whoever looks, before it is done. */
    void markHeld(boolean next) {
        held = next;
    }

    /** Refuses to send receivers elsewhere for an image that is to be had here only. */
    void checkFallBack(Dismissal.Action action) {
        if (action == Dismissal.Action.FALL_BACK
                && description.filter(ImageSendTransfer::isMulticastOnly).isPresent()) {
            throw new IllegalStateException("image " + description.get().name()
                    + " must be sent by multicast only; there is nothing to fall back to");
        }
    }

    SessionView view() {
        Moment now = latest;
        SenderStatistics statistics = now.statistics();
        return new SessionView(
                nodeId.toString(),
                options.sessionName,
                options.group,
                description,
                now.phase(),
                policy,
                held,
                now.elapsed(),
                statistics.bytesPerSecond() * Byte.SIZE,
                now.limiting().map(NodeId::toString),
                statistics.sourceBytes(),
                statistics.firstPassBytes(),
                statistics.repairBytes(),
                statistics.bytes(),
                statistics.nacks(),
                now.dropped(),
                withUnicast(attendance.of(now.roster())));
    }

    private List<ReceiverStatus> withUnicast(List<ReceiverStatus> group) {
        return unicast.map(alone -> alone.with(group)).orElse(group);
    }

    /** Offers the manifest, and behind it every object that has content. */
    private Offer offer(TransferThread<SendReport> transfer, OpenImage image, ImageDescription description)
            throws StorageException {
        Manifest manifest = image.manifest();
        ObjectId first = machine.offer(manifestObject(ManifestCodec.encodedLength(manifest)));
        List<BlockReader.Content> contents = new ArrayList<>();
        contents.add(BlockReader.Content.of(ManifestCodec.encodeInParts(manifest)));
        List<Integer> chunkSizes = new ArrayList<>();
        ObjectId[] ids = new ObjectId[image.files().size()];
        Optional<List<BlockSet>> there = image.arrivals()
                .map(arrivals -> arrivals.watch(
                        image,
                        (index, chunk) -> transfer.inbox().post(now -> machine.available(ids[index], chunk, now))));
        for (int i = 0; i < image.files().size(); i++) {
            SourceFile file = image.files().get(i);
            if (file.length() > 0) {
                ImageObject object = manifest.objects().get(i);
                TransmitObject offered = imageObject(object, file);
                int index = i;
                ids[i] = there.map(chunks -> machine.offer(offered, object.chunkSize(), chunks.get(index)))
                        .orElseGet(() -> machine.offer(offered));
                contents.add(file::read);
                chunkSizes.add(object.chunkSize());
            }
        }
        machine.announce(manifest.root(), manifest.length(), first, first.plus(1), chunkSizes);
        return new Offer(transfer, description, first, contents, image);
    }

    private TransmitObject manifestObject(int length) throws StorageException {
        TransmissionInformation information = information("the manifest", length);
        int symbols = information.partition().blockLength(0);
        return new TransmitObject(
                information,
                false,
                ByteBuffer.wrap(MANIFEST_INFO.getBytes(StandardCharsets.UTF_8)),
                KnownChunks.NONE,
                Math.min(options.parityCount, Math.max(LEAST_MANIFEST_PARITY, symbols / 2)));
    }

    private TransmitObject imageObject(ImageObject object, SourceFile file) throws StorageException {
        TransmissionInformation information = information(file.path(), object.length());
        return new TransmitObject(
                information,
                true,
                ByteBuffer.wrap(NormInfo.of(object.name(), segmentLength)),
                object.chunks().zeros(),
                proactiveParity());
    }

    /** The image as it was offered: the manifest is read from memory, its objects from their files. */
    private final class Offer implements SenderSession.Offer<SendReport> {
        private final TransferThread<SendReport> transfer;
        private final ImageDescription description;
        private final ObjectId first;
        private final List<BlockReader.Content> contents;
        private final OpenImage image;

        /**
         * Keeps what was offered.
         *
         * @param first the id of the manifest; those of the objects follow
         * @param contents in the order of the ids
         */
        Offer(
                TransferThread<SendReport> transfer,
                ImageDescription description,
                ObjectId first,
                List<BlockReader.Content> contents,
                OpenImage image) {
            this.transfer = transfer;
            this.description = description;
            this.first = first;
            this.contents = contents;
            this.image = image;
        }

        @Override
        public BlockReader.Content content(ObjectId object) {
            return contents.get(first.distanceTo(object));
        }

        /** Asks whoever knows, who may be slow: not on this thread. */
        @Override
        public void onAdmissionWanted(SenderEvent.AdmissionWanted event, String address) {
            Candidate candidate = new Candidate(event.receiver().toString(), event.name(), address, event.token());
            transfer.callbacks().run(() -> {
                Optional<String> refusal = refusal(candidate);
                transfer.inbox().post(now -> answer(event.receiver(), refusal, now));
            });
        }

        private Optional<String> refusal(Candidate candidate) {
            try {
                return options.targets.refusal(candidate).map(SessionText::fit);
            } catch (RuntimeException e) {
                LOG.warn("The target set failed for {}; it is refused", candidate, e);
                return Optional.of("whether it may take part could not be found out");
            }
        }

        private void answer(NodeId receiver, Optional<String> refusal, long nowNanos) {
            if (refusal.isEmpty()) {
                machine.admit(receiver, nowNanos);
            } else {
                attendance.sentAway(receiver, ReceiverStatus.State.REFUSED, refusal.get());
                machine.dismiss(receiver, Descriptions.of(Dismissal.Action.ABORT), refusal.get(), nowNanos);
            }
        }

        @Override
        public void onReceiverLags(NodeId receiver) {
            if (options.slowReceivers instanceof SlowReceiverPolicy.Lanes) {
                onLaggard.accept(receiver);
            } else {
                handOff(
                        receiver,
                        "it is slower than the others, and gets the image by unicast",
                        transfer.clock().nanos());
            }
        }

        @Override
        public void onOtherSender(NodeId other, String address) {
            LOG.warn(
                    "Another sender ({} at {}) uses group {}: each receiver stays with the sender that it heard first. Stop"
                            + " one of the two, or choose another group or port",
                    other,
                    address,
                    options.group);
        }

        @Override
        public void onProgress(TransferPhase phase, long nowNanos) {
            SenderStatistics statistics = machine.statistics();
            latest = new Moment(
                    phase,
                    Duration.ofNanos(nowNanos),
                    statistics,
                    dropped(statistics),
                    machine.limiting(),
                    machine.receivers());
            if (phase == TransferPhase.WAITING && nowNanos >= nextWallClockNanos && StartPolicies.isTimed(policy)) {
                nextWallClockNanos = nowNanos + WALL_CLOCK_NANOS;
                machine.startWhen(StartPolicies.condition(policy, options.environment.clock(), nowNanos), nowNanos);
            }
            unicast.ifPresent(alone -> lookAfter(alone, nowNanos));
        }

        private void lookAfter(UnicastSessions alone, long nowNanos) {
            divide(nowNanos);
            if (machine.state() == SessionState.COMPLETING) {
                handOffTheLast(options.unicast.orElseThrow(), latest.roster(), nowNanos);
            }
            if (isServedAlone(alone, latest.roster(), nowNanos)) {
                machine.end(nowNanos);
            }
        }

        @Override
        public SendReport report(
                List<RosterEntry> roster, List<ReceiverStatus> receivers, Duration elapsed, SenderStatistics statistics)
                throws TransferException {
            boolean nobody = receivers.stream().allMatch(each -> each.state() == ReceiverStatus.State.REFUSED);
            boolean nobodyAlone = unicast.filter(alone -> alone.isBusy(elapsed.toNanos())
                            || !alone.receivers().isEmpty())
                    .isEmpty();
            if (nobody && nobodyAlone && !(policy instanceof StartPolicy.AtOnce)) {
                throw new NoReceiversException(
                        receivers.isEmpty()
                                ? "No receiver joined in the time allowed. Are receivers running, on the same group"
                                        + " and port, on the network of this sender's interface? StartPolicy.atOnce()"
                                        + " sends without waiting." + transfer.complaint()
                                : "No receiver was admitted; " + receivers.size() + " were refused: "
                                        + receivers.get(0).detail());
            }
            return new SendReport(
                    description,
                    receivers,
                    elapsed,
                    statistics.bytes(),
                    statistics.sourceBytes(),
                    statistics.proactiveBytes(),
                    statistics.repairBytes(),
                    statistics.nacks(),
                    dropped(statistics),
                    sourceFault(roster));
        }

        private DroppedDatagrams dropped(SenderStatistics statistics) {
            return transfer.dropped(statistics.malformed(), statistics.unknown());
        }

        /** A file that changed is no failure of the transfer: receivers say what became of their copies. */
        private String sourceFault(List<RosterEntry> roster) {
            try {
                image.checkUnchanged();
            } catch (StorageException e) {
                LOG.warn("{}", e.getMessage());
                return e.getMessage();
            }
            long corrupt = roster.stream()
                    .flatMap(receiver -> receiver.report().stream())
                    .filter(report -> report.cause() == FailureCause.IMAGE_CORRUPT)
                    .count();
            return corrupt < 2
                    ? ""
                    : corrupt
                            + " receivers found that the image does not match its hashes: the source has changed, or it is"
                            + " not read the same every time; check its disk, prepare it again, and send it again";
        }
    }
}

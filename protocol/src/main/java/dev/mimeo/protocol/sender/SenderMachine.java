package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.Outbound;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.session.Announcement;
import dev.mimeo.protocol.session.Dismissal;
import dev.mimeo.protocol.session.GroupAddress;
import dev.mimeo.protocol.session.SessionCodec;
import dev.mimeo.protocol.session.SessionState;
import dev.mimeo.protocol.timing.GrttEstimator;
import dev.mimeo.protocol.timing.Pacer;
import dev.mimeo.protocol.timing.TimerTable;
import dev.mimeo.protocol.wire.Ack;
import dev.mimeo.protocol.wire.ApplicationCommand;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.CongestionControl;
import dev.mimeo.protocol.wire.EndOfTransmission;
import dev.mimeo.protocol.wire.Flush;
import dev.mimeo.protocol.wire.Info;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.MessageType;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.Quantization;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.ReceiverMessage;
import dev.mimeo.protocol.wire.RepairAdvertisement;
import dev.mimeo.protocol.wire.RepairRequestBuilder;
import dev.mimeo.protocol.wire.Report;
import dev.mimeo.protocol.wire.SenderHeader;
import dev.mimeo.protocol.wire.SenderMessage;
import dev.mimeo.protocol.wire.Squelch;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Sends objects to a group, answers its requests, and learns who has everything (RFC 5740, section 5).
 *
 * <p>A session gathers receivers ({@link SessionState#WAITING}), sends everything once ({@link SessionState#SENDING}),
 * then repeats where the end is and repairs until every receiver that joined has said how it ended, or has been silent for
 * too long ({@link SessionState#COMPLETING}), and leaves ({@link SessionState#ENDED}). Requests are answered throughout.
 *
 * <p>Everything that leaves passes one {@link Pacer}; commands go before repairs, repairs before new data.
 */
public final class SenderMachine implements Machine<SenderEvent.Handler> {
    /** How long there has been nothing to send when receivers are told so: more than the gaps between chunks that arrive. */
    private static final long PAUSE_NANOS = 500_000_000;
    /** How often probes are repeated at most. */
    private static final long SLOWEST_PROBE_NANOS = 250_000_000;
    /** How long a session stays after the first pass at least: whoever came before its end has joined by then. */
    private static final long GRACE_NANOS = 2 * SessionControl.INTERVAL_NANOS;
    /** How often the end of the data is repeated beside repairs, and once NORM_ROBUST_FACTOR repetitions have passed. */
    private static final long SLOW_FLUSH_INTERVAL_NANOS = 250_000_000;
    /** Flushes from one repetition of the first object's information to the next. */
    private static final int INFO_INTERVAL = 8;
    /** How often NORM_CMD(EOT) is sent when nobody depends on it. */
    private static final int FEWEST_ENDS = 4;
    /** Their distance at least: meanwhile whoever has not ended, though somebody said so in its name, can object. */
    private static final long OBJECTION_NANOS = 100_000_000;
    /** No round trip is shorter than it takes to send this many bytes (RFC 5740, section 5.5.1). */
    private static final int FULL_DATAGRAM = 1_500;
    /** So that no send time is 0, which means "none received" in responses. */
    private static final long EPOCH_MICROS = 1_000_000;

    private static final String ASKED_TOO_MUCH = "it asked for many times the image; too little of it arrives";

    private enum Timer {
        /** The next NORM_CMD(CC) is due: a collection period of round trip times ends. */
        PROBE,
        /** The end of the data, or of the session, is repeated. */
        FLUSH,
        /** Whoever came before the end of the first pass has joined by now. */
        GRACE,
        /** The end of the data was repeated for long enough. */
        PERSISTENCE,
        /** Nobody is left, and nobody has come since: the session ends, whatever it was still going to send. */
        DESERTED,
        /** Everybody of whom that can be known has ended; whoever asks all the same is served until then. */
        STRANGERS,
        /** Nobody has joined for too long. */
        GIVE_UP
    }

    private enum Command {
        PROBE,
        REPAIR_ADV,
        SQUELCH,
        SESSION,
        FIRST_INFO,
        FLUSH,
        EOT
    }

    private final SenderConfig config;
    private final RateControl rate;
    private final GrttEstimator grtt;
    private final Pacer pacer;
    private final TransmitQueue queue;
    private final RepairAccounts accounts;
    private final LatestAnswers answers;
    private final ProactiveParity redundancy;
    private final ObjectRequests.Room room = new ObjectRequests.Room();
    private final RepairCycle repairs;
    private final SessionControl control;
    private final ReceiverRoster roster;
    private final TimerTable<Timer> timers = new TimerTable<>(Timer.class);
    private final Set<Command> due = EnumSet.noneOf(Command.class);
    private final ArrayDeque<SenderEvent> events = new ArrayDeque<>();
    private final BlockPool pool;

    private SessionState state = SessionState.WAITING;
    private boolean ending;
    /** Whether the end was not the owner's wish: it came since everybody seemed to have ended. */
    private boolean endedByItself;

    private boolean begun;
    private int nextObject;

    private int segmentLength = 1_200;

    private int sequence;
    private int ccSequence;
    private long probeIntervalNanos;
    private long periodEndNanos;
    private long pacedBytesPerSecond;
    private long nextSquelchNanos;
    private long nextAdvertisementNanos;
    private long latestFlushNanos;
    /** When content was last sent. */
    private long latestSymbolNanos;

    private int flushes;
    /** Since when the end has been repeated, or was last asked for something. */
    private long flushingNanos;

    private long datagrams;
    private long bytes;
    private long sourceBytes;
    private long proactiveBytes;
    private long repairBytes;
    private long firstPassBytes;
    private long nacks;
    private long malformed;
    private long unknown;
    private boolean otherHeard;

    /** Makes a sender that waits for receivers as {@code config} says; {@code pool} bounds its memory. */
    public SenderMachine(SenderConfig config, BlockPool pool, RandomGenerator random) {
        this.config = config;
        this.pool = pool;
        this.rate = RateControl.of(config);
        this.grtt = new GrttEstimator(config.initialGrttNanos(), grttFloorNanos());
        this.redundancy = new ProactiveParity(config.adaptiveParity());
        this.pacer = new Pacer(rate.bytesPerSecond());
        this.queue =
                new TransmitQueue(pool, config.repairShare(), block -> events.add(new SenderEvent.BlockWanted(block)));
        this.accounts = new RepairAccounts(config.maximumReceivers(), config.repairShare());
        this.answers = new LatestAnswers(config.maximumReceivers());
        this.repairs = new RepairCycle(queue, accounts);
        this.control = new SessionControl(config, accounts::forget, events::add);
        this.roster = control.roster();
        this.nextObject = random.nextInt(ObjectId.COUNT);
        timers.set(Timer.PROBE, 0);
    }

    /**
     * Queues an object behind those offered before.
     *
     * @return the id it will have
     * @throws IllegalStateException if there are 32,767 objects already: ids could no longer be ordered
     * @throws IllegalArgumentException if its blocks do not fit in the pool
     */
    public ObjectId offer(TransmitObject object) {
        return offer(object, new FirstPass(object.information().partition()));
    }

    /**
     * Queues an object that is not all there yet, behind those offered before; {@link #available} says what comes. It is sent as
     * it is there, from the lowest block on. The session neither starts by itself before something of an image is there, nor comes
     * to its end before everything was there and was sent once; while there is nothing to send it goes on to announce, and
     * receivers are told that it pauses.
     *
     * @param chunkSize bytes of every chunk but a shorter last one
     * @param present the chunks that are there, of all chunks of the object; copied
     * @return the id it will have
     * @throws IllegalStateException as {@link #offer(TransmitObject)}
     * @throws IllegalArgumentException as {@link #offer(TransmitObject)}, or if the object does not have as many chunks
     */
    public ObjectId offer(TransmitObject object, int chunkSize, BlockSet present) {
        long length = object.information().transferLength();
        if (present.size() != (length + chunkSize - 1) / chunkSize) {
            throw new IllegalArgumentException("a set over " + present.size() + " chunks of " + chunkSize
                    + " for an object of " + length + " bytes");
        }
        return offer(object, new FirstPass(object.information().partition(), chunkSize, present));
    }

    private ObjectId offer(TransmitObject object, FirstPass pass) {
        if (queue.objects().size() >= ObjectId.COUNT / 2 - 1) {
            throw new IllegalStateException("a session carries at most 32,767 objects");
        }
        if (!pool.fits(object.information())) {
            throw new IllegalArgumentException("blocks of " + object.information() + " do not fit in a pool of "
                    + pool.memoryLimit() + " bytes; allow more memory or smaller blocks");
        }
        ObjectId id = new ObjectId(nextObject).plus(queue.objects().size());
        OutgoingObject outgoing =
                new OutgoingObject(id, object, pass, config.nodeId(), config.instanceId(), redundancy, room);
        queue.add(outgoing);
        firstPassBytes += outgoing.firstPassBytes();
        segmentLength = object.information().symbolLength();
        accounts.onOffer(object.information().transferLength(), segmentLength);
        return id;
    }

    /**
     * States the image that the announcements speak of; without it none are sent (plain NORM).
     *
     * @param manifest what {@link #offer} returned for the manifest
     * @param firstObject what it returned for the first object of the image that is not empty, the others following
     * @param chunkSizes bytes in a chunk of each object of the image that is not empty; the empty ones are in the manifest
     *     only
     */
    public void announce(
            Digest root, long imageLength, ObjectId manifest, ObjectId firstObject, List<Integer> chunkSizes) {
        Announcement image = new Announcement(
                state,
                config.sessionName(),
                root,
                imageLength,
                manifest,
                firstObject,
                chunkSizes.size(),
                0,
                0,
                -1,
                0,
                1);
        ChunkNeeds needs = null;
        if (!chunkSizes.isEmpty()) {
            List<Long> lengths = imageObjects(image).stream()
                    .map(object -> object.information().transferLength())
                    .toList();
            needs = new ChunkNeeds(lengths, chunkSizes, config.maximumReceivers());
        }
        control.announce(image, needs);
        accounts.ofImage();
        if (!(config.slowReceivers() instanceof SlowReceivers.HoldAll)) {
            queue.repairFewFirst(queue.find(firstObject));
        }
    }

    /** The first object of the image, and those behind it. */
    private List<OutgoingObject> imageObjects(Announcement image) {
        int first = queue.objects().get(0).id().distanceTo(image.firstObject());
        return queue.objects().subList(first, first + image.objectCount());
    }

    /**
     * A chunk of an object is there from now on, whole and as it should be. Without effect if it was there before.
     *
     * @throws IllegalArgumentException if there is no such object
     */
    public void available(ObjectId id, long chunk, long nowNanos) {
        OutgoingObject object = queue.find(id);
        if (object == null) {
            throw new IllegalArgumentException("object " + id + " was not offered");
        }
        if (object.onChunk(chunk)) {
            queue.onMore();
            queue.fill();
            settle(nowNanos);
        }
    }

    /** Starts now, whoever has joined, and no longer holds. Without effect once started. */
    public void start(long nowNanos) {
        if (state == SessionState.WAITING && !ending) {
            control.hold(false);
            timers.stop(Timer.GIVE_UP);
            timers.stop(Timer.FLUSH);
            control.needs().ifPresent(this::leaveOutWhatNobodyNeeds);
            queue.release(queue.objects().size());
            due.add(Command.PROBE);
            enter(SessionState.SENDING);
            control.onFlow(nowNanos);
            probeIntervalNanos = grtt.grttNanos();
            queue.fill();
        }
    }

    /** Only what receivers told before the start can be left out; who comes later asks for it. */
    private void leaveOutWhatNobodyNeeds(ChunkNeeds needs) {
        List<OutgoingObject> objects = imageObjects(control.image());
        for (int i = 0; i < objects.size(); i++) {
            OutgoingObject object = objects.get(i);
            firstPassBytes -= object.firstPassBytes();
            object.leaveOut(needs.unneeded(i));
            firstPassBytes += object.firstPassBytes();
        }
    }

    /** Replaces the condition of the start. Without effect once started. */
    public void startWhen(StartCondition condition, long nowNanos) {
        control.startWhen(condition);
        control.announceNow();
        settle(nowNanos);
    }

    /** Does not start by itself; once started, sends nothing but what keeps receivers waiting. */
    public void hold(long nowNanos) {
        control.hold(true);
    }

    /** Goes on where it was held. */
    public void resume(long nowNanos) {
        control.hold(false);
        control.onFlow(nowNanos);
        settle(nowNanos);
    }

    /** Lets a receiver take part that asked to; see {@link SenderEvent.AdmissionWanted}. */
    public void admit(NodeId receiver, long nowNanos) {
        control.admit(receiver, nowNanos);
        settle(nowNanos);
    }

    /** Sends a receiver away for the rest of the session; it is told, and what it asks for is not sent. */
    public void dismiss(NodeId receiver, Dismissal.Action action, String reason, long nowNanos) {
        control.dismiss(receiver, action, reason, nowNanos);
        settle(nowNanos);
    }

    /**
     * Has a receiver go on with another session of the same image, for instance one that lags behind; for this one it is
     * sent away, and told so again whenever it is heard here. Returns whether it is: not who is done, or not here.
     */
    public boolean move(NodeId receiver, GroupAddress group, String reason, long nowNanos) {
        boolean moved = control.move(receiver, group, reason, nowNanos);
        settle(nowNanos);
        return moved;
    }

    /**
     * Keeps the rate at or below {@code bytesPerSecond} from now on, whatever receivers could take; at least 1. The rate that
     * the sender was made with stays the highest.
     */
    public void cap(long bytesPerSecond, long nowNanos) {
        rate.cap(Math.max(1, bytesPerSecond));
        settle(nowNanos);
    }

    /** Returns who limits the rate, if a receiver does. */
    public Optional<NodeId> limiting() {
        return rate.limiting();
    }

    /** Ends the session early: what is being sent is cut off, NORM_CMD(EOT) is repeated, then nothing leaves any more. */
    public void end(long nowNanos) {
        endedByItself = false;
        if (!ending) {
            ending = true;
            flushes = 0;
            timers.stop(Timer.GIVE_UP);
            due.clear();
            due.add(Command.EOT);
            control.hold(false);
            control.quiet();
            control.announceNow();
        }
    }

    @Override
    public void onDatagram(ByteBuffer datagram, Delivery delivery, long nowNanos) {
        if (state == SessionState.ENDED) {
            return;
        }
        try {
            Optional<MessageType> type = MessageCodec.type(datagram);
            if (type.isPresent()
                    && MessageCodec.source(datagram) == config.nodeId().value()) {
                return; // The group hears everything, and we are in it.
            }
            if (type.isEmpty()) {
                unknown++;
            } else if (type.get().code() < MessageType.NACK.code()) {
                unknown++;
                onOtherSender(new NodeId(MessageCodec.source(datagram)));
            } else {
                onReceiver(type.get(), datagram, delivery, nowNanos);
            }
        } catch (MalformedDatagramException refused) {
            malformed++;
        }
        queue.fill();
        settle(nowNanos);
    }

    private void onOtherSender(NodeId other) {
        if (!otherHeard) {
            otherHeard = true;
            events.add(new SenderEvent.OtherSenderHeard(other));
        }
    }

    /** What is of no concern is not looked into: a flood of it costs little. */
    private void onReceiver(MessageType type, ByteBuffer datagram, Delivery delivery, long nowNanos)
            throws MalformedDatagramException {
        ReceiverHeader header = MessageCodec.receiverHeader(datagram);
        if (!header.sender().equals(config.nodeId()) || header.instanceId() != config.instanceId()) {
            unknown++;
            return;
        }
        if (type == MessageType.NACK) {
            nacks++;
            if (!mayAsk(header.source(), nowNanos)) {
                roster.onHeard(header.source(), nowNanos);
                return;
            }
        }
        onMessage((ReceiverMessage) MessageCodec.decode(datagram), delivery, nowNanos);
    }

    private void onMessage(ReceiverMessage message, Delivery delivery, long nowNanos)
            throws MalformedDatagramException {
        ReceiverHeader header = message.header();
        boolean hasRtt = header.grttResponseMicros() >= EPOCH_MICROS
                && answers.isLatest(header.source(), header.sequence(), nowNanos);
        long rtt = !hasRtt ? -1 : nowNanos - (header.grttResponseMicros() - EPOCH_MICROS) * 1_000;
        roster.onHeard(header.source(), nowNanos);
        if (message instanceof Ack ack
                && ack.ackType() == Ack.CC
                && rate.isWorthRepeating(header.source())
                && !ending) {
            advertise(delivery, nowNanos);
        }
        if (control.isHeeded(header.source())) {
            rate.onHeard(header.source(), feedback(message), rtt, nowNanos);
            if (!rate.isSpared(header.source())) {
                grtt.onSample(rtt);
            }
        } else {
            rate.forget(header.source(), nowNanos);
        }
        if (message instanceof Nack nack) {
            onNack(nack, delivery, nowNanos);
        } else if (message instanceof Ack ack) {
            onAck(ack, nowNanos);
        } else if (message instanceof Report report) {
            unknown += control.onReport(report.source(), report.content(), grtt.grttNanos(), nowNanos) ? 0 : 1;
        }
    }

    private static CcFeedback feedback(ReceiverMessage message) {
        if (message instanceof Nack nack) {
            return nack.feedback();
        }
        return message instanceof Ack ack ? ack.feedback() : null;
    }

    /** Returns whether a NACK is worth reading: from somebody who may ask, and has not asked for too much or too often. */
    private boolean mayAsk(NodeId source, long nowNanos) {
        boolean nothingSent = state == SessionState.WAITING && queue.released() == 0;
        return !nothingSent
                && !ending
                && roster.mayAsk(source)
                && accounts.mayRead(account(source), aggregationNanos(), nowNanos);
    }

    private RepairAccounts.Account account(NodeId source) {
        return roster.isNew(source)
                ? accounts.ofStranger(source)
                : accounts.ofMember(source, roster.verifiedBytes(source));
    }

    private long aggregationNanos() {
        return (config.backoffFactor() + 1) * grtt.grttNanos();
    }

    private void onNack(Nack nack, Delivery delivery, long nowNanos) {
        NodeId source = nack.source();
        RepairAccounts.Account account = account(source);
        RepairCycle.Intake intake = repairs.onRequests(nack.requests(), account, aggregationNanos(), nowNanos);
        accounts.onRead(account, intake.news());
        if (intake.unknownObject() && nowNanos >= nextSquelchNanos) {
            due.add(Command.SQUELCH);
            nextSquelchNanos = nowNanos + 2 * grtt.grttNanos();
        }
        if (repairs.isGathering()) {
            advertise(delivery, nowNanos);
        }
        if (intake.news()) {
            roster.onRequest(source);
        }
        if (state == SessionState.COMPLETING && (intake.news() || roster.isAwaited(source))) {
            restartFlushing(nowNanos + 2 * grtt.grttNanos(), nowNanos);
        }
        if (accounts.isSpent(account)) {
            control.dismiss(source, Dismissal.Action.FALL_BACK, ASKED_TOO_MUCH, nowNanos);
        }
    }

    /** Tells the others what one receiver said to us alone. */
    private void advertise(Delivery delivery, long nowNanos) {
        if (delivery == Delivery.UNICAST && nowNanos >= nextAdvertisementNanos) {
            due.add(Command.REPAIR_ADV);
            nextAdvertisementNanos = nowNanos + grtt.grttNanos();
        }
    }

    private void onAck(Ack ack, long nowNanos) {
        if (ack.ackType() == Ack.FLUSH && state == SessionState.COMPLETING) {
            var end = lastObject().lastPosition();
            var position = ack.watermark().payloadId();
            if (ack.watermark().object().equals(end.object())
                    && position.blockNumber() == end.payloadId().blockNumber()
                    && position.symbolId() == end.payloadId().symbolId()) {
                roster.onAcknowledged(ack.source(), nowNanos);
            }
        }
    }

    @Override
    public void onBlock(SourceBlock block, long nowNanos) {
        if (state == SessionState.ENDED) {
            pool.release(block);
            return;
        }
        queue.onBlock(block);
    }

    @Override
    public void onTime(long nowNanos) {
        if (state == SessionState.ENDED) {
            return;
        }
        if (!begun) {
            begin(nowNanos);
        }
        if (timers.expire(Timer.GIVE_UP, nowNanos)) {
            startOrGiveUp(nowNanos);
        }
        control.onTime(state == SessionState.SENDING || state == SessionState.COMPLETING, nowNanos);
        if (timers.expire(Timer.PROBE, nowNanos)) {
            onProbeDue(nowNanos);
        }
        timers.expire(Timer.GRACE, nowNanos);
        timers.expire(Timer.PERSISTENCE, nowNanos);
        if (timers.expire(Timer.DESERTED, nowNanos)) {
            end(nowNanos);
        }
        if (timers.expire(Timer.STRANGERS, nowNanos)) {
            grtt.restart(config.initialGrttNanos());
            endByItself(nowNanos);
        }
        repairs.onTime(nowNanos);
        queue.fill();
        if (timers.expire(Timer.FLUSH, nowNanos)) {
            onFlushDue(nowNanos);
        }
        settle(nowNanos);
    }

    /** Probes that follow data, for congestion control, come more often than collection periods of round trips end. */
    private void onProbeDue(long nowNanos) {
        if (!ending) {
            due.add(Command.PROBE); // Who leaves says nothing else, so that it is believed.
        }
        boolean periodEnds = nowNanos >= periodEndNanos;
        if (periodEnds) {
            grtt.onPeriodEnd();
        }
        probeIntervalNanos = Math.min(SLOWEST_PROBE_NANOS, Math.max(grtt.grttNanos(), 2 * probeIntervalNanos));
        timers.set(Timer.PROBE, nowNanos + probeIntervalNanos);
        periodEndNanos = periodEnds ? nowNanos + probeIntervalNanos : periodEndNanos;
    }

    /**
     * The end of the data is repeated while no repair is under way (RFC 5740, section 4.2.3.1), and now and then all the same:
     * who lacks little of the end would else not ask before those who lack most of everything have it, and never if somebody
     * asks for ever. The information of the first object goes before it at times: a plain receiver that came late begins with
     * what it hears first, and not at all with a block in the middle. Not more often than a backoff takes, though: the reference
     * implementation takes it for a sender that has gone back to the beginning, and asks for nothing that is not before that.
     */
    private void onFlushDue(long nowNanos) {
        if (ending) {
            due.add(Command.EOT);
        } else if (queue.isIdle() && !repairs.isGathering()) {
            if (flushes % INFO_INTERVAL == INFO_INTERVAL - 1
                    && queue.objects().get(0).object().hasInfo()) {
                due.add(Command.FIRST_INFO);
            }
            due.add(Command.FLUSH);
        } else if (nowNanos >= latestFlushNanos + SLOW_FLUSH_INTERVAL_NANOS) {
            due.add(Command.FLUSH);
        } else {
            timers.set(Timer.FLUSH, nowNanos + 2 * grtt.grttNanos());
        }
    }

    private void begin(long nowNanos) {
        begun = true;
        control.open(nowNanos);
        if (config.giveUpNanos() < NEVER - nowNanos) {
            timers.set(Timer.GIVE_UP, nowNanos + config.giveUpNanos());
        }
    }

    /** Who acknowledges cannot join, and is served all the same. */
    private void startOrGiveUp(long nowNanos) {
        if (roster.joined() == 0 && config.ackingNodes().isEmpty()) {
            end(nowNanos);
        } else if (roster.joined() == 0) {
            start(nowNanos);
        }
    }

    /** Moves on from the first pass when it is over, and to the end when nobody is waited for; heeds a new rate. */
    private void settle(long nowNanos) {
        if (rate.bytesPerSecond() != pacedBytesPerSecond) {
            pacedBytesPerSecond = rate.bytesPerSecond();
            pacer.rate(pacedBytesPerSecond);
            grtt.floor(grttFloorNanos());
        }
        if (state == SessionState.WAITING && begun && !ending) {
            gather(nowNanos);
        }
        if (state == SessionState.SENDING && queue.isPassed()) {
            enter(SessionState.COMPLETING);
            latestFlushNanos = nowNanos;
            if (control.hasImage()) {
                timers.set(Timer.GRACE, nowNanos + GRACE_NANOS);
            }
            restartFlushing(nowNanos, nowNanos);
        }
        if (state == SessionState.COMPLETING && !ending && (queue.objects().isEmpty() || isSettled(nowNanos))) {
            endByItself(nowNanos);
        } else if (endedByItself && roster.hasDoubts()) {
            stay(nowNanos);
        }
        if ((state == SessionState.SENDING || state == SessionState.COMPLETING) && !ending) {
            lookWhetherAnybodyIsLeft(nowNanos);
        }
        if (state == SessionState.COMPLETING && !ending) {
            lookWhetherStrangersAreLeft(nowNanos);
        }
    }

    /**
     * Where receivers report, nobody can tell a plain NORM receiver, who cannot, from somebody who invents requests. They have
     * as long as one that is silent, from the end of the last who reports; and how far away those were says nothing of them.
     */
    private void lookWhetherStrangersAreLeft(long nowNanos) {
        if (!roster.hasReported() || !roster.isSettled() || !roster.isAcknowledged()) {
            timers.stop(Timer.STRANGERS);
        } else if (!timers.isRunning(Timer.STRANGERS)) {
            timers.set(Timer.STRANGERS, nowNanos + config.receiverTimeoutNanos());
        }
    }

    /**
     * A session that everybody has left waits for others as long as it repeats its end, and no longer: neither for what it has
     * not sent yet, at a rate that nobody confirms, nor for the round trips of those who are gone.
     */
    private void lookWhetherAnybodyIsLeft(long nowNanos) {
        if (!roster.isDeserted()) {
            timers.stop(Timer.DESERTED);
        } else if (!timers.isRunning(Timer.DESERTED)) {
            grtt.restart(config.initialGrttNanos());
            timers.set(Timer.DESERTED, nowNanos + config.persistenceNanos());
        }
    }

    private void endByItself(long nowNanos) {
        end(nowNanos);
        endedByItself = true;
    }

    /** Somebody who is said to have ended has not: the session goes on. */
    private void stay(long nowNanos) {
        ending = false;
        endedByItself = false;
        due.remove(Command.EOT);
        control.announceNow();
        restartFlushing(nowNanos, nowNanos);
    }

    /** While the session waits, who joins gets the manifest, to see what it has already and what it needs. */
    private void gather(long nowNanos) {
        if (control.takeManifestWanted()) {
            queue.release(1);
            queue.fill();
            if (!timers.isRunning(Timer.FLUSH)) {
                timers.set(Timer.FLUSH, nowNanos + 2 * grtt.grttNanos());
            }
        }
        if (queue.canBegin() && control.isStartDue(nowNanos)) {
            start(nowNanos);
        }
    }

    private long grttFloorNanos() {
        return Math.max(config.grttFloorNanos(), FULL_DATAGRAM * 1_000_000_000L / rate.bytesPerSecond());
    }

    private boolean isSettled(long nowNanos) {
        if (timers.isRunning(Timer.GRACE)) {
            return false;
        }
        // As long as so many flushes take by now: some of them may have left when the round trips seemed shorter.
        boolean persisted = flushes >= config.robustFactor()
                && nowNanos - flushingNanos >= 2 * config.robustFactor() * grtt.grttNanos()
                && !timers.isRunning(Timer.PERSISTENCE)
                && queue.isIdle()
                && !repairs.isGathering();
        if (roster.hasDoubts() || control.isMoving()) {
            return false;
        }
        boolean anybodyKnown = roster.joined() > 0 || !config.ackingNodes().isEmpty() && queue.isIdle();
        boolean everybodyHasIt = anybodyKnown && roster.isAcknowledged() && !roster.hasStrangers();
        return roster.isSettled() && (persisted || everybodyHasIt);
    }

    private void restartFlushing(long firstNanos, long nowNanos) {
        flushes = 0;
        flushingNanos = nowNanos;
        timers.set(Timer.PERSISTENCE, nowNanos + config.persistenceNanos());
        timers.set(Timer.FLUSH, Math.min(firstNanos, timers.deadlineNanos(Timer.FLUSH)));
    }

    private void enter(SessionState next) {
        state = next;
        control.announceNow();
        events.add(new SenderEvent.StateChanged(next));
    }

    @Override
    public boolean pollDatagram(Outbound outbound, long nowNanos) {
        if (state == SessionState.ENDED || !hasSendable()) {
            pacer.onIdle();
            return false;
        }
        if (!pacer.mayLeave(nowNanos)) {
            return false;
        }
        ByteBuffer out = outbound.toGroup();
        Command command = hasCommand() ? takeCommand() : null;
        if (command != null) {
            MessageCodec.encode(message(command, nowNanos), out);
            afterCommand(command, nowNanos);
        } else {
            encodeObject(out, nowNanos);
            if (rate.isAdaptive()) {
                rate.onSymbolSent(out.position() + config.datagramOverhead(), nowNanos);
                timers.limit(Timer.PROBE, rate.probeNanos(nowNanos));
            }
        }
        int length = out.position() + config.datagramOverhead();
        datagrams++;
        bytes += length;
        rate.onLate(pacer.onSent(length, nowNanos));
        queue.fill();
        settle(nowNanos);
        return true;
    }

    private boolean hasSendable() {
        return hasCommand() || isSendingData() && queue.hasReady();
    }

    private boolean hasCommand() {
        return !due.isEmpty() || control.hasCommand();
    }

    /** Takes the command that goes next, of which there is one: those of the session behind what is urgent. */
    private Command takeCommand() {
        Command next = due.isEmpty() ? Command.SESSION : due.iterator().next();
        if (control.hasCommand() && next.compareTo(Command.SESSION) >= 0) {
            return Command.SESSION;
        }
        due.remove(next);
        return next;
    }

    /** While a session that waits is held, who joins still gets the manifest. */
    private boolean isSendingData() {
        boolean held = control.isHeld() && state != SessionState.WAITING;
        return !ending && !held && queue.released() > 0 && state != SessionState.ENDED;
    }

    private SenderMessage message(Command command, long nowNanos) {
        SenderHeader header = header();
        return switch (command) {
            case PROBE -> {
                ccSequence = (ccSequence + 1) & 0xffff;
                rate.spare(state == SessionState.SENDING ? control.sparable() : 0);
                rate.onProbe(ccSequence, grtt.grttNanos(), nowNanos);
                yield new CongestionControl(
                        header,
                        ccSequence,
                        nowNanos / 1_000 + EPOCH_MICROS,
                        OptionalInt.of(Quantization.rate(rate.bytesPerSecond())),
                        rate.wantsLimits(),
                        rate.nodes());
            }
            case REPAIR_ADV -> {
                RepairRequestBuilder requests = new RepairRequestBuilder(segmentLength);
                int flags = repairs.advertise(requests) ? 0 : RepairAdvertisement.LIMIT;
                yield new RepairAdvertisement(
                        header, flags, rate.takeLimitingFeedback().orElse(null), requests.build());
            }
            case SQUELCH -> new Squelch(header, queue.objects().get(0).position(0, 0), List.of());
            case SESSION ->
                new ApplicationCommand(
                        header,
                        SessionCodec.encode(control.takeCommand(
                                ending ? SessionState.ENDED : state,
                                isPausing(nowNanos),
                                rate.bytesPerSecond(),
                                segmentLength,
                                nowNanos)));
            case FIRST_INFO -> info(header, queue.objects().get(0));
            case FLUSH -> new Flush(header, lastObject().lastPosition(), ackingNodes());
            case EOT -> new EndOfTransmission(header);
        };
    }

    /** Returns whether nothing of the content has left for a while, since what is to be sent is not there yet. */
    private boolean isPausing(long nowNanos) {
        return state == SessionState.SENDING && queue.isDry() && nowNanos - latestSymbolNanos >= PAUSE_NANOS;
    }

    private void afterCommand(Command command, long nowNanos) {
        switch (command) {
            case FLUSH -> {
                flushes += queue.isIdle() ? 1 : 0;
                latestFlushNanos = nowNanos;
                if (state != SessionState.WAITING || !control.isEverybodysNeedKnown()) {
                    timers.set(Timer.FLUSH, nowNanos + flushIntervalNanos());
                }
            }
            case EOT -> {
                flushes++;
                boolean confirmed = control.isEverybodyConfirmed();
                long interval = 2 * grtt.grttNanos();
                if (flushes >= (confirmed ? FEWEST_ENDS : config.robustFactor())) {
                    finish();
                } else {
                    timers.set(Timer.FLUSH, nowNanos + (confirmed ? Math.max(interval, OBJECTION_NANOS) : interval));
                }
            }
            case PROBE, REPAIR_ADV, SQUELCH, SESSION, FIRST_INFO -> {}
        }
    }

    private long flushIntervalNanos() {
        long interval = 2 * grtt.grttNanos();
        return flushes < config.robustFactor() ? interval : Math.max(interval, SLOW_FLUSH_INTERVAL_NANOS);
    }

    private void finish() {
        for (Timer timer : Timer.values()) {
            timers.stop(timer);
        }
        due.clear();
        enter(SessionState.ENDED);
    }

    private List<NodeId> ackingNodes() {
        List<NodeId> nodes = roster.unacknowledged();
        int room = segmentLength / Integer.BYTES;
        if (nodes.size() <= room) {
            return nodes;
        }
        int from = (int) ((long) flushes * room % nodes.size());
        return nodes.subList(from, Math.min(nodes.size(), from + room));
    }

    private static Info info(SenderHeader header, OutgoingObject object) {
        return new Info(
                header,
                object.flags(),
                object.information().encoding(),
                object.id(),
                object.information(),
                object.object().info().duplicate());
    }

    private OutgoingObject lastObject() {
        return queue.objects().get(queue.released() - 1);
    }

    private SenderHeader header() {
        return new SenderHeader(
                nextSequence(),
                config.nodeId(),
                config.instanceId(),
                grtt.advertised(),
                config.backoffFactor(),
                Quantization.groupSize(config.groupSize()));
    }

    private int nextSequence() {
        int next = sequence;
        sequence = (sequence + 1) & 0xffff;
        return next;
    }

    private void encodeObject(ByteBuffer out, long nowNanos) {
        OutgoingObject announced = queue.nextInfo();
        if (announced != null) {
            MessageCodec.encode(info(header(), announced), out);
            return;
        }
        BlockTask task = queue.nextTask();
        OutgoingObject object = task.object();
        SourceBlock block = task.block();
        int symbol = task.symbol();
        boolean source = symbol < block.symbolCount();
        int length = source
                ? object.partition().symbolByteCount(block.blockNumber(), symbol)
                : object.information().symbolLength();
        object.encoder()
                .encode(
                        out,
                        nextSequence(),
                        grtt.advertised(),
                        config.backoffFactor(),
                        Quantization.groupSize(config.groupSize()),
                        task.isRepair(),
                        block.blockNumber(),
                        block.symbolCount(),
                        symbol);
        out.put(out.position(), block.memory(), block.symbolPosition(symbol), length);
        out.position(out.position() + length);
        if (task.isRepair()) {
            repairBytes += length;
        } else if (source) {
            sourceBytes += length;
        } else {
            proactiveBytes += length;
        }
        long number = block.blockNumber();
        latestSymbolNanos = nowNanos;
        control.onSent(sourceBytes + proactiveBytes + repairBytes);
        accounts.onSent(sourceBytes + proactiveBytes);
        if (queue.onSymbolSent()) {
            repairs.onSent(object, number, task.isRepair() ? grtt.grttNanos() : 0, nowNanos);
        }
    }

    @Override
    public void drainEvents(SenderEvent.Handler handler) {
        for (SenderEvent event = events.poll(); event != null; event = events.poll()) {
            event.deliver(handler);
        }
    }

    @Override
    public long nextDeadlineNanos() {
        if (state == SessionState.ENDED) {
            return NEVER;
        }
        long earliest = Math.min(timers.earliestNanos(), repairs.deadlineNanos());
        earliest =
                Math.min(earliest, control.deadlineNanos(state == SessionState.WAITING && !ending && queue.canBegin()));
        return hasSendable() ? Math.min(earliest, pacer.nextNanos()) : earliest;
    }

    /** Returns everyone that is kept track of, in the order in which they were first heard. */
    public List<RosterEntry> receivers() {
        return roster.entries();
    }

    /** Returns where the session is. */
    public SessionState state() {
        return state;
    }

    /** Returns what has happened so far. */
    public SenderStatistics statistics() {
        return new SenderStatistics(
                datagrams,
                bytes,
                sourceBytes,
                proactiveBytes,
                repairBytes,
                firstPassBytes,
                nacks,
                malformed,
                unknown,
                grtt.grttNanos(),
                rate.bytesPerSecond());
    }
}

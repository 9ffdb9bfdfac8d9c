package dev.mimeo.protocol.receiver;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.Outbound;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.timing.TimerTable;
import dev.mimeo.protocol.wire.Ack;
import dev.mimeo.protocol.wire.ApplicationCommand;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.CongestionControl;
import dev.mimeo.protocol.wire.DataHeader;
import dev.mimeo.protocol.wire.EndOfTransmission;
import dev.mimeo.protocol.wire.Flush;
import dev.mimeo.protocol.wire.Info;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.Message;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.MessageType;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.ObjectFlags;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.ReceiverMessage;
import dev.mimeo.protocol.wire.RepairAdvertisement;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.Report;
import dev.mimeo.protocol.wire.SenderHeader;
import dev.mimeo.protocol.wire.SenderMessage;
import dev.mimeo.protocol.wire.Squelch;
import dev.mimeo.protocol.wire.Watermark;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Receives NORM objects from one sender: places symbols, asks for what is missing (RFC 5740, section 5.2 and 5.3).
 *
 * <p>It listens to one sender and to no other: the first that its owner finds worth listening to. Which objects it takes is
 * its owner's choice; what happens is told through {@link Listener}, called from within the inputs, after the state is whole
 * again. Confined to the protocol thread; times are nanoseconds.
 *
 * <p>What was sent before it joined is asked for only when the sender flushes, so that one late machine does not rewind
 * the class; objects that are marked urgent are asked for at once.
 */
public final class ReceiverMachine {
    /** Objects that are kept track of. Further ones are ignored. */
    public static final int LARGEST_OBJECT_COUNT = 4_096;

    private static final long SHORTEST_INACTIVITY_NANOS = 1_000_000_000L;
    /** How long nothing but its farewell is heard of a sender that has left; and how long an object is gone for good. */
    private static final long FAREWELL_NANOS = 1_000_000_000L;
    /**
     * How long others' requests, that nothing came of, spare ours, in a group of the usual size: so many aggregations of the
     * sender, within these limits. As long as somebody who asks for everything can keep us silent.
     */
    private static final int SPARED_AGGREGATIONS = 4;

    private static final long SHORTEST_SPARED_NANOS = 100_000_000L;
    private static final long LONGEST_SPARED_NANOS = 1_000_000_000L;
    /** In a group of so many that time is as it stands; it grows with a larger one, so far. */
    private static final int USUAL_GROUP_SIZE = 1_000;

    private static final int LARGEST_SPREAD = 100;
    /** How long our sender has been silent at least when it is heard to have started anew. */
    private static final long SHORTEST_RESTART_NANOS = 1_000_000_000L;

    private static final int FORMER_INSTANCES = 16;
    private static final int LARGEST_OUTBOX = 64;
    /** So many datagrams in a row that describe an object otherwise show that the first description was wrong. */
    private static final int LARGEST_CONTRADICTIONS = 8;
    /** Other objects leave one part in so many of the pool to those that are asked for at once. */
    private static final int URGENT_SHARE = 4;

    /** Who could be listened to from now on. */
    public enum Candidate {
        /** The first that is heard. */
        FIRST,
        /** The one that we listen to, started anew. */
        RESTARTED,
        /** Another, since the one that we listen to is silent. */
        ANOTHER,
        /** Another, although the one that we listen to is not. */
        CHALLENGER
    }

    /** One start of a sender. */
    private record Participation(NodeId sender, int instanceId) {}

    /** One start of a sender that is not listened to before a time. */
    private record Shunned(Participation who, long untilNanos) {}

    /** What the owner is told. */
    public interface Listener {
        /**
         * Returns whether to listen to who sent a message.
         *
         * @param command what the message says if it is a NORM_CMD(APPLICATION); empty if it is any other
         */
        boolean isCandidate(Candidate candidate, Optional<ByteBuffer> command);

        /** A sender was found, or the known one started anew: every object was forgotten. */
        void onSender(NodeId sender, int instanceId);

        /** The sender told something that NORM does not look into. */
        void onCommand(ByteBuffer content);

        /**
         * An object that nobody expects was heard, but not how it is coded: {@link ReceiverMachine#expect} it to ask.
         *
         * @param hasInfo whether it has NORM_INFO, which may tell
         */
        void onUndescribed(ObjectId object, boolean hasInfo);

        /** An object can be accepted now: how it is coded is known. */
        void onObject(IncomingObject object);

        /** The information of an object is here, for the first time; the content is valid during the call. */
        void onInfo(IncomingObject object, ByteBuffer content);

        /** A block can be decoded; it is the owner's until {@link ReceiverMachine#onBlock}. */
        void onBlockReady(SourceBlock block);

        /** The sender has come to the end of what it has, or asks who has all of it up to here. */
        void onFlush(ObjectId last);

        /** Returns whether an answer may say that we have everything up to the end of {@code last}; nothing is missing. */
        boolean mayAcknowledge(ObjectId last);

        /** The sender cannot repair an object any more. */
        void onSquelched(ObjectId object);

        /** The sender has left for good. */
        void onEnd();

        /** The sender has been silent for too long. */
        void onSilence();
    }

    private enum Timer {
        /** No data for a while: look for ourselves whether something is missing. */
        INACTIVITY,
        /** The sender has been quiet for too long. */
        SILENCE,
        /** The sender said that it leaves, and nothing else since. */
        FAREWELL,
        /** The answer to a watermark request is due. */
        ACKNOWLEDGEMENT
    }

    private record Letter(ReceiverMessage message, boolean toGroup) {}

    private final ReceiverConfig config;
    private final BlockPool pool;
    private final RandomGenerator random;
    private final Listener listener;
    private final DataHeader data = new DataHeader();
    private final TimerTable<Timer> timers = new TimerTable<>(Timer.class);
    private final NackSchedule schedule;
    private final OverheardRequests overheard = new OverheardRequests(this::object, this::objects);
    private final TreeMap<ObjectId, IncomingObject> objects = new TreeMap<>();
    private final RepairNeeds needs = new RepairNeeds(objects(), overheard);
    private final ArrayDeque<Letter> outbox = new ArrayDeque<>();
    private final OwnLimits own;
    private final ArrayDeque<Participation> former = new ArrayDeque<>();
    private final ArrayDeque<Shunned> shunned = new ArrayDeque<>();

    private SenderTrack sender;
    /** Whom we listened to before, until the sender has been heard twice: then that one is gone for good; null from then on. */
    private Participation predecessor;
    /** Whether the sender is listened to no longer, and somebody else is yet to be found. */
    private boolean abandoned;

    private CongestionFeedback congestion;
    private long heardNanos;
    private long activeNanos;
    private Position reached;
    /** Objects before this one are done with; null while there are none. */
    private ObjectId floor;

    private IncomingObject latest;
    private long latestBlock = -1;
    private Watermark acknowledgement;
    private int sequence;
    private boolean reporting;
    private boolean pausing;
    /** Whether we have asked since the sender pauses, and how many symbols had come then. */
    private boolean askedInPause;

    private long symbolsAsked;
    private boolean closed;
    /** Since when others' requests have spared ours, and in vain as far as we know; NEVER if ours was the last. */
    private long sparedNanos = Machine.NEVER;

    private Position sparedPosition;
    private long sparedSymbols;
    /** Whether this cycle does not heed what others ask for. */
    private boolean sparedInVain;

    private long datagrams;
    private long bytes;
    private long fullSymbols;
    private long symbols;
    private long duplicates;
    private long withoutRoom;
    private long malformed;
    private long unknown;
    private long foreign;
    private long nacks;
    private long suppressed;

    /** Makes a receiver that waits for a sender. */
    public ReceiverMachine(ReceiverConfig config, BlockPool pool, RandomGenerator random, Listener listener) {
        this.config = config;
        this.pool = pool;
        this.own = new OwnLimits(pool);
        this.random = random;
        this.listener = listener;
        this.schedule = new NackSchedule(random);
    }

    // ------------------------------------------------------------------------------------------ what the owner decides

    /**
     * Takes an object's blocks from now on. Its blocks must fit in the pool.
     *
     * @param fewFirst whether the sender answers those who lack most of a block later than those who lack little: requests of
     *     the former then do not spare the latter theirs
     */
    public void accept(IncomingObject object, boolean fewFirst) {
        if (!object.isAccepted()) {
            object.accept(fewFirst);
        }
    }

    /**
     * Asks for what is missing of an object from now on.
     *
     * @param atOnce also for what was sent before we joined, without waiting for the sender to flush
     */
    public void repair(IncomingObject object, boolean atOnce) {
        object.repair(atOnce);
    }

    /** Notes what the owner knows of an object that is accepted: it need not be sent, and is not asked for. */
    public void know(IncomingObject object, KnownChunks known) {
        object.know(known).forEach(block -> ready(object, block, heardNanos));
    }

    /** Notes that a block is needed again: what arrived was not genuine. */
    public void reject(IncomingObject object, long block) {
        object.markMissing(block).ifPresent(pool::release);
    }

    /**
     * Notes that an object exists, heard or not, and is wanted: if it stays unheard its information is asked for, or all of
     * it. Ignored beyond {@link #LARGEST_OBJECT_COUNT}, and far from the objects that are known.
     *
     * @param atOnce whether it goes before the others: they leave room for its blocks
     * @param hasInfo whether it is known to have NORM_INFO
     */
    public void expect(ObjectId id, boolean atOnce, boolean hasInfo) {
        IncomingObject object = known(id);
        if (object != null) {
            object.expect(atOnce, hasInfo);
        }
    }

    /** Asks for the information of an object, if it has some, until it is here. */
    public void wantInfo(IncomingObject object) {
        object.wantInfo();
    }

    /** Is done with an object, whatever has arrived of it: what is heard of it from now on is ignored. */
    public void retire(IncomingObject object) {
        release(object);
        object.retire();
        while (!objects.isEmpty() && objects.firstEntry().getValue().isRetired()) {
            floor = objects.pollFirstEntry().getKey().plus(1);
        }
        latest = null;
    }

    /** Forgets how an object is coded and what has arrived of it: the next datagram of it describes it anew. */
    public void forget(IncomingObject object) {
        release(object);
        IncomingObject anew = new IncomingObject(object.id());
        anew.expect(object.isUrgent(), object.hasInfo());
        objects.put(object.id(), anew);
        latest = null;
    }

    /** Notes that nothing has been sent yet: whatever is missing later was sent while we listened. */
    public void joinFromStart() {
        needs.includeStart();
    }

    /**
     * Notes whether the sender says that it sends nothing for now. While it does, a silence says nothing of what is missing behind
     * the place that it has come to; what is missing before is asked for, and not again before something has come of it: the
     * sender may not have it itself.
     */
    public void onPause(boolean pausing) {
        this.pausing = pausing;
        askedInPause &= pausing;
    }

    /** Sends content to the sender alone, in a NORM_REPORT. */
    public void report(ByteBuffer content, long nowNanos) {
        if (sender != null) {
            reporting = true;
            post(new Report(header(nowNanos), content), false);
        }
    }

    /**
     * Listens to this start of the sender no longer, and not again before a time: everything of it is forgotten, and whoever else
     * is heard is the first. Reports to it still leave. Of those that are not to be heard it keeps 16, the latest.
     */
    public void abandon(long untilNanos) {
        startOver();
        for (Timer timer : Timer.values()) {
            timers.stop(timer);
        }
        shunned.add(new Shunned(new Participation(sender.id(), sender.instanceId()), untilNanos));
        if (shunned.size() > FORMER_INSTANCES) {
            shunned.remove();
        }
        abandoned = true;
        congestion = new CongestionFeedback(config.nodeId(), sender, own, random);
    }

    /**
     * Notes that the sender says that it leaves. It is believed, and {@link Listener#onEnd} called, when nothing but that and
     * NORM_CMD(APPLICATION) is heard of it for a second: one damaged or forged datagram ends nothing. Once closed it is
     * believed at once.
     */
    public void onFarewell(long nowNanos) {
        if (closed) {
            listener.onEnd();
        } else if (!timers.isRunning(Timer.FAREWELL)) {
            timers.set(Timer.FAREWELL, nowNanos + FAREWELL_NANOS);
        }
    }

    /** Returns who sends, if somebody was heard. */
    public Optional<NodeId> sender() {
        return Optional.ofNullable(sender).map(SenderTrack::id);
    }

    /** Forgets what is open, asks for nothing any more and ignores data; reports still leave. */
    public void close() {
        closed = true;
        startOver();
        for (Timer timer : Timer.values()) {
            timers.stop(timer);
        }
        if (sender != null) {
            congestion.onClose();
        }
    }

    // --------------------------------------------------------------------------------------------------------- inputs

    /** A datagram arrived. */
    public void onDatagram(ByteBuffer datagram, Delivery delivery, long nowNanos) {
        datagrams++;
        bytes += datagram.remaining();
        try {
            Optional<MessageType> type = MessageCodec.type(datagram);
            if (type.isEmpty()) {
                unknown++;
            } else if (type.get() == MessageType.DATA) {
                onData(datagram, nowNanos);
            } else {
                onMessage(MessageCodec.decode(datagram), datagram.remaining(), nowNanos);
            }
        } catch (MalformedDatagramException refused) {
            malformed++;
        }
    }

    private void onMessage(Message message, int length, long nowNanos) {
        if (message.source().equals(config.nodeId())) {
            return;
        }
        if (message instanceof SenderMessage fromSender) {
            SenderHeader header = fromSender.header();
            meet(
                    header.source().value(),
                    header.instanceId(),
                    fromSender instanceof ApplicationCommand command
                            ? Optional.of(command.content())
                            : Optional.empty(),
                    nowNanos);
            if (attend(header.source().value(), header.instanceId(), nowNanos)) {
                if (sender.onMessage(header.sequence(), header.grtt(), header.backoffFactor(), header.groupSize())) {
                    onGrtt(nowNanos);
                }
                congestion.onMessage(header.sequence(), length, false, nowNanos);
                onSenderMessage(fromSender, nowNanos);
            }
        } else if (message instanceof ReceiverMessage other
                && sender != null
                && !abandoned
                && other.header().sender().equals(sender.id())
                && other.header().instanceId() == sender.instanceId()) {
            onPeer(other, nowNanos);
        }
    }

    /** No timer that scales with the group round trip time outlasts the one that is stated now. */
    private void onGrtt(long nowNanos) {
        schedule.onGrtt(sender.grttNanos(), sender.backoffFactor(), nowNanos);
        timers.limit(Timer.ACKNOWLEDGEMENT, nowNanos + sender.grttNanos());
        timers.limit(Timer.INACTIVITY, nowNanos + inactivityNanos());
        congestion.onGrtt(nowNanos);
    }

    private void onSenderMessage(SenderMessage message, long nowNanos) {
        if (message instanceof ApplicationCommand command) {
            // What the network doubles, or somebody repeats, is not said twice.
            if (sender.onCommand(command.header().sequence())) {
                listener.onCommand(command.content());
            }
            return;
        }
        if (message instanceof EndOfTransmission) {
            onFarewell(nowNanos);
            return;
        }
        timers.stop(Timer.FAREWELL);
        if (message instanceof CongestionControl probe) {
            onProbe(probe, nowNanos);
        } else if (closed) {
            return;
        } else if (message instanceof Info info) {
            onInfo(info, nowNanos);
        } else if (message instanceof Flush flush) {
            onFlush(flush, nowNanos);
        } else if (message instanceof RepairAdvertisement advertisement) {
            overhear(advertisement.requests());
            if (advertisement.feedback() != null) {
                congestion.onHeard(advertisement.feedback(), true, nowNanos);
            }
        } else if (message instanceof Squelch squelch) {
            onSquelch(squelch, nowNanos);
        }
    }

    /** Another receiver speaks to our sender: its requests may spare ours, its answer to a probe too. */
    private void onPeer(ReceiverMessage message, long nowNanos) {
        CcFeedback feedback = null;
        if (message instanceof Nack nack) {
            overhear(nack.requests());
            feedback = nack.feedback();
        } else if (message instanceof Ack ack) {
            feedback = ack.feedback();
        }
        if (feedback != null) {
            congestion.onHeard(feedback, false, nowNanos);
        }
    }

    private void overhear(List<RepairRequest> requests) {
        if (schedule.state() == NackSchedule.State.BACKOFF && !sparedInVain) {
            overheard.add(requests);
        }
    }

    /**
     * Judges whether others have asked in our stead for long enough, and nothing has come of it: then we ask ourselves in this
     * cycle. Nothing has come if the first block is still missing that we lack little of, or no symbol at all was of use.
     */
    private void judgeOthers(Position before, boolean everything, long nowNanos) {
        Position first = needs.firstAlmostHere(before, everything);
        if (sparedNanos != Machine.NEVER
                && (first == null ? symbols != sparedSymbols : !first.equals(sparedPosition))) {
            sparedNanos = nowNanos;
        }
        sparedPosition = first;
        sparedSymbols = symbols;
        long spread = Math.min(LARGEST_SPREAD, Math.max(1, groupSize() / USUAL_GROUP_SIZE));
        sparedInVain = sparedNanos != Machine.NEVER && nowNanos - sparedNanos >= spread * longestSparedNanos();
    }

    private long longestSparedNanos() {
        long aggregation = (sender.backoffFactor() + 1) * sender.grttNanos();
        return Math.min(LONGEST_SPARED_NANOS, Math.max(SHORTEST_SPARED_NANOS, SPARED_AGGREGATIONS * aggregation));
    }

    private void onData(ByteBuffer datagram, long nowNanos) throws MalformedDatagramException {
        data.wrap(datagram);
        meet(data.source(), data.instanceId(), Optional.empty(), nowNanos);
        if (!attend(data.source(), data.instanceId(), nowNanos)) {
            return;
        }
        if (sender.onMessage(data.sequence(), data.grtt(), data.backoffFactor(), data.groupSize())) {
            onGrtt(nowNanos);
        }
        congestion.onMessage(data.sequence(), datagram.remaining(), true, nowNanos);
        timers.stop(Timer.FAREWELL);
        if (closed) {
            return;
        }
        onActivity(nowNanos);
        IncomingObject object = latest != null && latest.id().value() == data.object() ? latest : heard();
        if (object == null) {
            return;
        }
        if (object.information() != null) {
            check(object);
            latest = object;
            if (data.payloadLength() == object.information().symbolLength()) {
                fullSymbols++;
                congestion.onFullSymbol();
            }
        }
        boolean repair = (data.flags() & ObjectFlags.REPAIR) != 0;
        if (data.blockNumber() != latestBlock || reached == null) {
            latestBlock = data.blockNumber();
            Position position = new Position(object.id(), latestBlock);
            reach(position, repair);
            look(position, false, nowNanos);
        }
        if (object.isAccepted()) {
            place(object, datagram, nowNanos);
        }
    }

    /**
     * Returns the object that the data header speaks of, told to the owner if it was unknown; null if the owner does not
     * care for it.
     */
    private IncomingObject heard() {
        ObjectId id = new ObjectId(data.object());
        latestBlock = -1;
        return heard(id, data.information(), data.flags());
    }

    private IncomingObject heard(ObjectId id, TransmissionInformation information, int flags) {
        IncomingObject object = objects.get(id);
        if (object != null && (object.information() != null || object.isRetired())) {
            return object;
        }
        if (information != null) {
            return describe(id, information, flags);
        }
        if (object == null && !isBelowFloor(id)) {
            listener.onUndescribed(id, (flags & ObjectFlags.INFO) != 0);
        }
        return objects.get(id);
    }

    private IncomingObject describe(ObjectId id, TransmissionInformation information, int flags) {
        IncomingObject object = known(id);
        if (object == null) {
            return null;
        }
        object.describe(information, flags);
        listener.onObject(object);
        if (!object.isAccepted() && !object.isRetired() && objects.get(id) == object) {
            objects.remove(id); // What nobody wants takes no room, and no part of the ids.
        }
        return objects.get(id);
    }

    /** Returns an object, known from now on; null if there is no room for it. */
    private IncomingObject known(ObjectId id) {
        IncomingObject object = objects.get(id);
        if (object == null && hasRoomFor(id)) {
            object = new IncomingObject(id);
            objects.put(id, object);
        }
        return object;
    }

    /** Ids are ordered by the shorter way around, which holds only within half of them. */
    private boolean hasRoomFor(ObjectId id) {
        return objects.size() < LARGEST_OBJECT_COUNT
                && !isBelowFloor(id)
                && (objects.isEmpty()
                        || Math.abs(objects.firstKey().distanceTo(id)) < ObjectId.COUNT / 4
                                && Math.abs(objects.lastKey().distanceTo(id)) < ObjectId.COUNT / 4);
    }

    /** Returns whether an object is one of those that we are done with, and that need no entry any more. */
    private boolean isBelowFloor(ObjectId id) {
        return floor != null && floor.distanceTo(id) < 0;
    }

    /**
     * Refuses a symbol that contradicts what is known about its object. What is known may be what is wrong: it is forgotten when
     * nothing but contradictions comes. A symbol that fits, and does not say how the object is coded, confirms nothing.
     */
    private void check(IncomingObject object) throws MalformedDatagramException {
        boolean agrees = data.informationEquals(object.stated());
        String fault = fault(object, agrees);
        if (agrees) {
            object.confirm();
        } else if (fault != null) {
            contradict(object);
        }
        if (fault != null) {
            throw new MalformedDatagramException(MalformedDatagramException.Reason.VALUE, fault);
        }
    }

    private void contradict(IncomingObject object) {
        if (!object.isRetired() && object.contradict() >= LARGEST_CONTRADICTIONS) {
            forget(object);
        }
    }

    /** Says why a symbol cannot be of an object as it is known; null if it can. */
    private String fault(IncomingObject object, boolean agrees) {
        var information = object.stated();
        long block = data.blockNumber();
        if (data.encoding() != information.encoding() || data.hasInformation() && !agrees) {
            return "object " + object.id() + " is coded otherwise";
        }
        if (block >= object.partition().blockCount()) {
            return "object " + object.id() + " has no block " + block;
        }
        int length = object.partition().blockLength(block);
        int symbol = data.symbolId();
        if (data.encoding().carriesBlockLength() && data.blockLength() != length) {
            return "block " + block + " has " + length + " symbols, not " + data.blockLength();
        }
        int expected = symbol < length
                ? object.partition().symbolByteCount(block, symbol)
                : Math.min(information.symbolLength(), object.partition().blockByteCount(block));
        boolean fits = symbol < length + information.parityCount()
                && data.payloadLength() >= expected
                && data.payloadLength() <= information.symbolLength();
        return fits ? null : "symbol " + symbol + " of block " + block + " has " + data.payloadLength() + " bytes";
    }

    private void place(IncomingObject object, ByteBuffer datagram, long nowNanos) {
        long number = data.blockNumber();
        int symbol = data.symbolId();
        if (symbol
                >= object.partition().blockLength(number) + object.information().parityCount()) {
            return; // parity that is of no use
        }
        if (object.hasReceived(number)) {
            duplicates++;
            return;
        }
        SourceBlock block = object.openBlock(number);
        if (block == null) {
            block = acquire(object, number);
            if (block == null) {
                withoutRoom++;
                return;
            }
            object.open(block);
            own.onOpened(block, nowNanos);
        }
        // A sender may pad the last symbol of an object; what it pads with is not part of the object.
        int length = symbol < block.symbolCount()
                ? object.partition().symbolByteCount(number, symbol)
                : data.payloadLength();
        if (!block.place(symbol, datagram, data.payloadPosition(), length)) {
            block.compare(symbol, datagram, data.payloadPosition(), length);
            duplicates++;
            return;
        }
        symbols++;
        object.onSymbol();
        if (block.isDecodable()) {
            ready(object, block, nowNanos);
        }
    }

    private void ready(IncomingObject object, SourceBlock block, long nowNanos) {
        object.close(block);
        own.onReady(block, nowNanos);
        listener.onBlockReady(block);
    }

    /**
     * Returns a block, or null if there is no room. What is missing is asked for from the lowest block on, so that one must
     * find room, or nothing ever would: the highest open block is forgotten for it if need be.
     */
    private SourceBlock acquire(IncomingObject object, long number) {
        Optional<SourceBlock> block = tryAcquire(object, number);
        if (block.isEmpty() && number == object.firstMissing(0) && abandonBeyond(object, number)) {
            block = tryAcquire(object, number);
        }
        return block.orElse(null);
    }

    private Optional<SourceBlock> tryAcquire(IncomingObject object, long number) {
        return mayTakeRoom(object)
                ? pool.tryAcquire(object.id(), object.information(), object.partition(), number)
                : Optional.empty();
    }

    private boolean abandonBeyond(IncomingObject object, long number) {
        for (IncomingObject other : objects.descendingMap().values()) {
            int distance = object.id().distanceTo(other.id());
            if (distance < 0) {
                return false;
            }
            Optional<SourceBlock> highest = other.abandonHighest(distance == 0 ? number + 1 : 0);
            if (highest.isPresent()) {
                pool.release(highest.get());
                return true;
            }
        }
        return false;
    }

    /** Returns whether a block of {@code object} leaves enough room for those of urgent objects, which come first. */
    private boolean mayTakeRoom(IncomingObject object) {
        long length = BlockPool.blockLength(object.information());
        return object.isUrgent()
                || pool.freeBytes() - length >= Math.max(length, pool.memoryLimit() / URGENT_SHARE)
                || objects.values().stream().noneMatch(other -> other.isUrgent() && !other.isComplete());
    }

    private void onInfo(Info info, long nowNanos) {
        IncomingObject object = heard(info.object(), info.information(), info.flags());
        if (object != null
                && object.stated() != null
                && info.information() != null
                && !info.information().equals(object.stated())) {
            contradict(object);
            return;
        }
        // Of an object that is yet to be described it would be told to nobody.
        if (object != null && object.information() != null && object.onInfo()) {
            onActivity(nowNanos);
            listener.onInfo(object, info.content());
        }
        if (reached == null || reached.object().distanceTo(info.object()) > 0) {
            reach(new Position(info.object(), 0), false);
            look(new Position(info.object(), 0), false, nowNanos);
        }
    }

    /** The first pass is over: from now on what was sent before we joined is asked for like the rest. */
    private void onFlush(Flush flush, long nowNanos) {
        boolean toUs = flush.ackingNodes().contains(config.nodeId());
        timers.set(Timer.INACTIVITY, nowNanos + inactivityNanos());
        activeNanos = toUs ? nowNanos : activeNanos;
        needs.onFlush(flush.position().encoding());
        ObjectId last = flush.position().object();
        listener.onFlush(last);
        Position end = new Position(last, position(flush).payloadId().blockNumber() + 1);
        reach(end, true);
        if (needs.isMissing(end, true)) {
            look(end, true, nowNanos);
        } else if (toUs && !timers.isRunning(Timer.ACKNOWLEDGEMENT) && listener.mayAcknowledge(last)) {
            acknowledgement = flush.position();
            timers.set(Timer.ACKNOWLEDGEMENT, nowNanos + (long) (random.nextDouble() * sender.grttNanos()));
        }
    }

    /** Returns the position as the scheme of its object lays it out, which the message itself does not tell whole. */
    private Watermark position(Flush flush) {
        IncomingObject object = objects.get(flush.position().object());
        boolean alike = object != null
                && object.information() != null
                && object.information().encoding().id()
                        == flush.position().encoding().id();
        return alike ? flush.position().as(object.information().encoding()) : flush.position();
    }

    /**
     * Probes are answered by multicast; by unicast, where nobody would spare the others, only if nothing else answers them:
     * to a sender that heeds congestion, or that we send no reports to. A receiver that is closed has only its leave to tell.
     */
    private void onProbe(CongestionControl probe, long nowNanos) {
        if (sender.onProbe(probe.ccSequence(), probe.sendTimeMicros(), nowNanos)) {
            congestion.onProbe(probe, reporting && config.feedback() == Delivery.UNICAST, nowNanos);
        }
    }

    /** An object is gone when that is said again after a while, and nothing of it has come meanwhile. */
    private void onSquelch(Squelch squelch, long nowNanos) {
        ObjectId start = squelch.windowStart().object();
        for (IncomingObject object : List.copyOf(objects.values())) {
            boolean gone = object.id().distanceTo(start) > 0
                    || squelch.invalidObjects().contains(object.id());
            if (gone && object.isWanted() && object.squelchedFor(nowNanos) >= FAREWELL_NANOS) {
                listener.onSquelched(object.id());
            }
        }
    }

    /** A block that the owner was given comes back. */
    public void onBlock(SourceBlock block, long nowNanos) {
        own.onStored(block, nowNanos);
        pool.release(block);
    }

    /** All that had arrived was taken in, or not all. */
    public void onTaken(boolean everything, long nowNanos) {
        own.onTaken(everything, nowNanos);
    }

    /** Time has passed. */
    public void onTime(long nowNanos) {
        if (schedule.deadlineNanos() <= nowNanos) {
            switch (schedule.state()) {
                case IDLE -> {}
                case BACKOFF -> ask(nowNanos);
                case HOLDOFF -> schedule.onExpired();
            }
        }
        if (timers.expire(Timer.ACKNOWLEDGEMENT, nowNanos)) {
            CcFeedback feedback = congestion.isInEffect() ? congestion.feedback(closed, nowNanos) : null;
            post(new Ack(header(nowNanos), Ack.FLUSH, 0, feedback, acknowledgement), true);
        }
        if (sender != null && congestion.isDue(nowNanos) && (!closed || congestion.isLimiting())) {
            post(new Ack(header(nowNanos), Ack.CC, 0, congestion.feedback(closed, nowNanos), null), true);
            congestion.onAnswered(nowNanos);
        }
        if (timers.expire(Timer.INACTIVITY, nowNanos)) {
            timers.set(Timer.INACTIVITY, nowNanos + inactivityNanos());
            lookInSilence(nowNanos);
        }
        if (timers.expire(Timer.FAREWELL, nowNanos)) {
            listener.onEnd();
        }
        if (timers.expire(Timer.SILENCE, nowNanos)) {
            timers.stop(Timer.INACTIVITY);
            listener.onSilence();
        }
    }

    /** Nothing of an object was heard for a while: its end may have been lost, unless the sender says that it pauses. */
    private void lookInSilence(long nowNanos) {
        if (!pausing) {
            if (!objects.isEmpty()) {
                look(new Position(objects.lastKey(), Long.MAX_VALUE), true, nowNanos);
            }
        } else if (reached != null && !(askedInPause && symbols == symbolsAsked)) {
            askedInPause = true;
            symbolsAsked = symbols;
            look(new Position(reached.object(), reached.block() + 1), true, nowNanos);
        }
    }

    // -------------------------------------------------------------------------------------------------------- outputs

    /** Takes the next datagram, if there is one. */
    public boolean pollDatagram(Outbound outbound, long nowNanos) {
        Letter letter = outbox.poll();
        if (letter == null) {
            return false;
        }
        boolean toGroup = letter.toGroup() && config.feedback() == Delivery.MULTICAST;
        MessageCodec.encode(
                letter.message(),
                toGroup
                        ? outbound.toGroup()
                        : outbound.toNode(letter.message().header().sender()));
        return true;
    }

    /** Returns when {@link #onTime} has something to do next, or {@link Machine#NEVER}. */
    public long nextDeadlineNanos() {
        long earliest = Math.min(timers.earliestNanos(), schedule.deadlineNanos());
        return sender == null ? earliest : Math.min(earliest, congestion.deadlineNanos());
    }

    /** Returns every object that is known, in the order of their ids. */
    public Collection<IncomingObject> objects() {
        return Collections.unmodifiableCollection(objects.values());
    }

    /** Returns an object that is known, or null. */
    public IncomingObject object(ObjectId id) {
        return objects.get(id);
    }

    /** Returns when something of an object was heard last, or the sender asked us to acknowledge. */
    public long activeNanos() {
        return activeNanos;
    }

    /** Returns the group round trip time that the sender states; 0 before it was heard. */
    public long grttNanos() {
        return sender == null ? 0 : sender.grttNanos();
    }

    /** Returns how many receivers the sender supposes; 1 before it was heard. */
    public long groupSize() {
        return sender == null ? 1 : (long) sender.groupSize();
    }

    /** Returns how many datagrams of a million were lost lately. */
    public int lossPerMillion() {
        return sender == null ? 0 : sender.lossPerMillion();
    }

    /** Returns the sender's NormSegmentSize, which bounds our requests, in bytes; a guess until an object is known. */
    private int segmentLength() {
        return objects.values().stream()
                .filter(o -> o.information() != null)
                .mapToInt(o -> o.information().symbolLength())
                .findFirst()
                .orElse(1_200);
    }

    /** Returns what was heard and said so far. */
    public ReceiverStatistics statistics() {
        return new ReceiverStatistics(
                datagrams,
                bytes,
                fullSymbols,
                symbols,
                duplicates,
                withoutRoom,
                malformed,
                unknown,
                foreign,
                nacks,
                suppressed);
    }

    // ------------------------------------------------------------------------------------------------------ the sender

    /** Returns whether a message is of the sender that we listen to, and notes that it was heard. */
    private boolean attend(int source, int instanceId, long nowNanos) {
        if (!isHeeded(source, instanceId)) {
            foreign += source == config.nodeId().value() ? 0 : 1;
            return false;
        }
        heardNanos = nowNanos;
        if (!closed) {
            timers.set(Timer.SILENCE, nowNanos + config.senderTimeoutNanos());
            if (!timers.isRunning(Timer.INACTIVITY)) {
                timers.set(Timer.INACTIVITY, nowNanos + SHORTEST_INACTIVITY_NANOS);
            }
        }
        return true;
    }

    /** Something of an object was heard. */
    private void onActivity(long nowNanos) {
        activeNanos = nowNanos;
        timers.set(Timer.INACTIVITY, nowNanos + inactivityNanos());
    }

    private boolean isHeeded(int source, int instanceId) {
        return sender != null && !abandoned && sender.id().value() == source && sender.instanceId() == instanceId;
    }

    /**
     * Listens to who sent a message from now on, if the owner agrees. While what we listen to is still heard, whoever claims
     * to be its next start is damaged or forged; a former start does not come back when it is silent, once its successor was
     * heard twice: a successor that was heard once may never have been.
     */
    private void meet(int source, int instanceId, Optional<ByteBuffer> command, long nowNanos) {
        if (isHeeded(source, instanceId)) {
            settle();
            return;
        }
        if (source == config.nodeId().value() || isShunned(source, instanceId, nowNanos)) {
            return;
        }
        Candidate candidate = Candidate.FIRST;
        if (sender != null && !abandoned) {
            boolean isHeard = nowNanos - heardNanos < SHORTEST_RESTART_NANOS;
            boolean isAnother = sender.id().value() != source;
            if (closed
                    || isHeard && !isAnother
                    || !isHeard && former.contains(new Participation(new NodeId(source), instanceId))) {
                return;
            }
            candidate = isHeard ? Candidate.CHALLENGER : isAnother ? Candidate.ANOTHER : Candidate.RESTARTED;
        }
        if (listener.isCandidate(candidate, command)) {
            adopt(new NodeId(source), instanceId);
        }
    }

    /** The sender is heard again, so that there is one. */
    private void settle() {
        if (predecessor != null) {
            former.add(predecessor);
            predecessor = null;
            if (former.size() > FORMER_INSTANCES) {
                former.remove();
            }
        }
    }

    private boolean isShunned(int source, int instanceId, long nowNanos) {
        if (shunned.isEmpty()) {
            return false;
        }
        shunned.removeIf(one -> nowNanos >= one.untilNanos());
        Participation who = new Participation(new NodeId(source), instanceId);
        return shunned.stream().anyMatch(one -> one.who().equals(who));
    }

    private void adopt(NodeId id, int instanceId) {
        if (sender != null) {
            predecessor = new Participation(sender.id(), sender.instanceId());
        }
        startOver();
        abandoned = false;
        onPause(false);
        timers.stop(Timer.FAREWELL);
        sparedNanos = Machine.NEVER;
        sender = new SenderTrack(id, instanceId);
        congestion = new CongestionFeedback(config.nodeId(), sender, own, random);
        listener.onSender(id, instanceId);
    }

    /** Forgets everything that was heard of objects, and where we joined: what comes next is as if it were the first. */
    public void startOver() {
        objects.values().forEach(this::release);
        objects.clear();
        latest = null;
        latestBlock = -1;
        reached = null;
        floor = null;
        needs.forgetStart();
        acknowledgement = null;
        schedule.reset();
        overheard.clear();
        outbox.removeIf(letter -> !(letter.message() instanceof Report));
    }

    private void release(IncomingObject object) {
        for (Optional<SourceBlock> block = object.abandonHighest(0);
                block.isPresent();
                block = object.abandonHighest(0)) {
            pool.release(block.get());
        }
    }

    private long inactivityNanos() {
        return Math.max(SHORTEST_INACTIVITY_NANOS, 2 * config.robustFactor() * sender.grttNanos());
    }

    // ------------------------------------------------------------------------------------------------ what is missing

    /** The sender has come to a place; the first of them, unless it is a repair, is where we joined. */
    private void reach(Position position, boolean repair) {
        if (!repair) {
            needs.joinAt(position);
        }
        if (reached == null || reached.isBefore(position)) {
            reached = position;
        }
    }

    /** Starts to ask if something before a place is missing. */
    private void look(Position before, boolean everything, long nowNanos) {
        switch (schedule.state()) {
            case IDLE -> {
                if (needs.isMissing(before, everything)) {
                    overheard.clear();
                    judgeOthers(before, everything, nowNanos);
                    schedule.onMissing(
                            before,
                            everything,
                            sender.grttNanos(),
                            sender.backoffFactor(),
                            sender.groupSize(),
                            nowNanos);
                }
            }
            case BACKOFF, HOLDOFF -> {}
        }
    }

    /** The backoff has ended: asks for what is missing and was not asked for by others. */
    private void ask(long nowNanos) {
        if (!needs.isMissing(schedule.position(), schedule.asksForEverything())) {
            schedule.onComplete();
            return;
        }
        var messages = needs.requests(
                schedule.position(), schedule.asksForEverything(), config.nacksPerCycle(), segmentLength());
        for (List<RepairRequest> requests : messages) {
            post(new Nack(header(nowNanos), congestion.feedback(closed, nowNanos), requests), true);
        }
        if (messages.isEmpty()) {
            suppressed++;
            sparedNanos = Math.min(sparedNanos, nowNanos);
        } else {
            sparedNanos = Machine.NEVER;
            nacks += messages.size();
            congestion.onAnswered(nowNanos);
        }
        schedule.onAsked(sender.grttNanos(), sender.backoffFactor(), nowNanos);
    }

    // ------------------------------------------------------------------------------------------------------------ post

    private ReceiverHeader header(long nowNanos) {
        int next = sequence;
        sequence = (sequence + 1) & 0xffff;
        return new ReceiverHeader(
                next, config.nodeId(), sender.id(), sender.instanceId(), sender.grttResponseMicros(nowNanos));
    }

    /** Queues a message; the oldest gives way if the driver does not keep up. */
    private void post(ReceiverMessage message, boolean toGroup) {
        if (outbox.size() >= LARGEST_OUTBOX) {
            outbox.remove();
        }
        outbox.add(new Letter(message, toGroup));
    }
}

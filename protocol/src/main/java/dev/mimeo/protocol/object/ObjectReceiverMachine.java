package dev.mimeo.protocol.object;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.Outbound;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.receiver.IncomingObject;
import dev.mimeo.protocol.receiver.ReceiverConfig;
import dev.mimeo.protocol.receiver.ReceiverMachine;
import dev.mimeo.protocol.receiver.ReceiverStatistics;
import dev.mimeo.protocol.wire.ObjectFlags;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Receives the objects of any NORM sender (RFC 5740): files and data, in the order of their ids, from the first that is
 * heard on. There is no manifest, so that nothing is verified: an object is complete when all of it has arrived.
 *
 * <p>It listens to the first sender that it hears. What was sent before it joined is asked for when the sender flushes, what
 * is missing afterwards at once. It ends when it has as many objects as it wants, or all, and the sender has had nothing new
 * for a while; until then it answers requests for positive acknowledgement (RFC 5740, section 5.5.3): with yes only if
 * nothing was dropped and everything up to there was handed back as written.
 */
public final class ObjectReceiverMachine implements Machine<ObjectEvent.Handler> {
    /** Objects before one that is heard that are presumed to have been sent and lost, at most. */
    private static final int LARGEST_GAP = 1_024;
    /** Most blocks of one object: a bit is kept for each. */
    private static final long LARGEST_BLOCK_COUNT = 1L << 28;
    /** How often it may turn out that an object is coded otherwise than was heard first. */
    private static final int LARGEST_DESCRIPTIONS = 4;

    private static final String DESCRIBED_OTHERWISE = "its sender describes it otherwise than before";
    /** The end is not believed before so many GRTT: a sender repeats a request for acknowledgement every two. */
    private static final int QUIET_GRTTS = 6;

    private final ReceiverConfig config;
    private final ObjectLimits limits;
    private final BlockPool pool;
    private final ReceiverMachine receiver;
    private final ArrayDeque<ObjectEvent> events = new ArrayDeque<>();
    private final TreeMap<ObjectId, Arrival> arrivals = new TreeMap<>();
    private final Map<SourceBlock, Arrival> out = new IdentityHashMap<>();
    /** What was heard once of objects, and cannot be taken. */
    private final Map<ObjectId, TransmissionInformation> rumours = new HashMap<>();

    /** The first object, and the one after the last that is known to exist; null before any is. */
    private ObjectId first;

    private ObjectId next;
    private long stored;
    private long dropped;
    private boolean flushed;
    private long storedNanos;
    private long enoughNanos = NEVER;
    /** How it ends once what has arrived is stored, or null. */
    private Ending leaving;

    /** How it ended, once what is still to be said has left; null before. */
    private Ending ending;

    private boolean finished;
    private long nowNanos;

    /** Makes a receiver that waits for a sender; {@code pool} bounds its memory. */
    public ObjectReceiverMachine(ReceiverConfig config, ObjectLimits limits, BlockPool pool, RandomGenerator random) {
        this.config = config;
        this.limits = limits;
        this.pool = pool;
        this.receiver = new ReceiverMachine(config, pool, random, new Ear());
    }

    // --------------------------------------------------------------------------------------------------------- inputs

    @Override
    public void onDatagram(ByteBuffer datagram, Delivery delivery, long now) {
        nowNanos = now;
        if (ending == null) {
            receiver.onDatagram(datagram, delivery, now);
            settle();
        }
    }

    @Override
    public void onTaken(boolean everything, long now) {
        receiver.onTaken(everything, now);
    }

    @Override
    public void onTime(long now) {
        nowNanos = now;
        if (ending == null) {
            receiver.onTime(now);
            settle();
        }
    }

    /** A block of a BlockReady comes back, written. */
    @Override
    public void onBlock(SourceBlock block, long now) {
        nowNanos = now;
        Arrival arrival = out.remove(block);
        if (arrival == null) {
            throw new IllegalArgumentException(block + " was not given away");
        }
        receiver.onBlock(block, nowNanos);
        arrival.onReturned();
        completeIfWhole(arrival);
    }

    /** The target of an ObjectWanted is open, and reads as zeros. Blocks may come. */
    public void onOpened(ObjectId id, long now) {
        nowNanos = now;
        Arrival arrival = arrivals.get(id);
        if (arrival != null && arrival.state() == Arrival.State.OPENING) {
            arrival.open().forEach(block -> give(arrival, block));
            completeIfWhole(arrival);
        }
    }

    /** The object of an ObjectComplete is durable and published. */
    public void onStored(ObjectId id, long now) {
        nowNanos = now;
        Arrival arrival = arrivals.get(id);
        if (arrival != null && arrival.state() == Arrival.State.STORING) {
            arrivals.remove(id);
            receiver.retire(arrival.incoming());
            stored++;
            storedNanos = now;
            settle();
        }
    }

    /** The owner does not want an object, or cannot store it. Without effect if it is gone already. */
    public void refuse(ObjectId id, String reason, long now) {
        nowNanos = now;
        if (arrivals.containsKey(id)) {
            drop(id, reason);
            settle();
        }
    }

    /** Ends early: what is not stored is dropped. */
    public void leave(long now) {
        nowNanos = now;
        finish(Ending.LEFT);
    }

    // -------------------------------------------------------------------------------------------------------- outputs

    @Override
    public boolean pollDatagram(Outbound outbound, long now) {
        if (finished) {
            return false;
        }
        boolean polled = receiver.pollDatagram(outbound, now);
        if (!polled && ending != null) {
            finished = true;
            events.add(new ObjectEvent.Finished(ending));
        }
        return polled;
    }

    @Override
    public void drainEvents(ObjectEvent.Handler handler) {
        for (ObjectEvent event = events.poll(); event != null; event = events.poll()) {
            event.deliver(handler);
        }
    }

    @Override
    public long nextDeadlineNanos() {
        if (finished) {
            return NEVER;
        }
        return ending != null ? nowNanos : Math.min(receiver.nextDeadlineNanos(), endNanos());
    }

    /** Returns how many objects are stored. */
    public long storedCount() {
        return stored;
    }

    /** Returns how many datagrams of a million were lost lately. */
    public int lossPerMillion() {
        return receiver.lossPerMillion();
    }

    /** Returns what was heard and said so far. */
    public ReceiverStatistics statistics() {
        return receiver.statistics();
    }

    // ---------------------------------------------------------------------------------------------- from the receiver

    private final class Ear implements ReceiverMachine.Listener {
        @Override
        public boolean isCandidate(ReceiverMachine.Candidate candidate, Optional<ByteBuffer> command) {
            return switch (candidate) {
                case FIRST, RESTARTED -> leaving == null && enoughNanos == NEVER;
                case ANOTHER, CHALLENGER -> false;
            };
        }

        @Override
        public void onSender(NodeId sender, int instanceId) {
            List.copyOf(arrivals.keySet()).forEach(id -> drop(id, "the sender started anew"));
            rumours.clear();
            first = null;
            next = null;
            stored = 0;
            dropped = 0;
            flushed = false;
            events.add(new ObjectEvent.SenderFound(sender, instanceId));
        }

        @Override
        public void onCommand(ByteBuffer content) {}

        @Override
        public void onUndescribed(ObjectId object, boolean hasInfo) {
            if (isWanted(object)) {
                expectThrough(object);
                receiver.expect(object, false, hasInfo);
            }
        }

        @Override
        public void onObject(IncomingObject object) {
            if (isWanted(object.id())) {
                expectThrough(object.id());
                take(object);
            }
        }

        @Override
        public void onInfo(IncomingObject object, ByteBuffer content) {
            Arrival arrival = arrivals.get(object.id());
            if (arrival != null) {
                arrival.onInfo(content);
                completeIfWhole(arrival);
            }
        }

        @Override
        public void onBlockReady(SourceBlock block) {
            Arrival arrival = arrivals.get(block.object());
            if (arrival == null) {
                receiver.onBlock(block, nowNanos);
            } else if (arrival.state() == Arrival.State.OPENING) {
                arrival.hold(block);
            } else {
                give(arrival, block);
            }
        }

        @Override
        public void onFlush(ObjectId last) {
            flushed = true;
            if (isWanted(last)) {
                expectThrough(last);
            }
        }

        @Override
        public boolean mayAcknowledge(ObjectId last) {
            return dropped == 0
                    && arrivals.headMap(last, true).values().stream()
                            .allMatch(arrival -> arrival.state() == Arrival.State.STORING);
        }

        @Override
        public void onSquelched(ObjectId object) {
            drop(object, "the sender does not have it any more");
        }

        @Override
        public void onEnd() {
            onGone(Ending.SENDER_LEFT);
        }

        @Override
        public void onSilence() {
            onGone(Ending.SENDER_LOST);
        }
    }

    /** Returns whether an object is one of those that are to be stored; the first that is heard settles which are. */
    private boolean isWanted(ObjectId id) {
        if (first == null) {
            first = id;
            next = id;
        }
        int distance = first.distanceTo(id);
        return distance >= 0 && (limits.objectCount() == 0 || distance < limits.objectCount());
    }

    /** An object exists, and so do those before it: what is not heard of them is asked for. */
    private void expectThrough(ObjectId last) {
        int gap = Math.min(next.distanceTo(last), LARGEST_GAP);
        for (int before = gap; before >= 0; before--) {
            receiver.expect(last.plus(-before), false, false);
        }
        if (gap >= 0) {
            next = last.plus(1);
        }
    }

    private void take(IncomingObject object) {
        ObjectId id = object.id();
        Arrival former = arrivals.get(id);
        int descriptions = former == null ? 1 : former.descriptions() + 1;
        if (descriptions > LARGEST_DESCRIPTIONS) {
            drop(id, DESCRIBED_OTHERWISE);
            return;
        }
        if (former != null) {
            withdraw(id, DESCRIBED_OTHERWISE);
        }
        Optional<String> refusal = refusal(object);
        if (refusal.isPresent()) {
            refuse(object, refusal.get());
            return;
        }
        rumours.remove(id);
        arrivals.put(id, new Arrival(object, descriptions));
        receiver.accept(object, false);
        receiver.repair(object, false);
        receiver.wantInfo(object);
        boolean isFile = (object.flags() & ObjectFlags.FILE) != 0;
        events.add(new ObjectEvent.ObjectWanted(id, isFile, object.information().transferLength()));
    }

    private Optional<String> refusal(IncomingObject object) {
        var information = object.information();
        if (information.transferLength() > limits.objectLength()) {
            return Optional.of(information.transferLength() + " bytes exceed the limit of " + limits.objectLength());
        }
        if (object.partition().blockCount() > LARGEST_BLOCK_COUNT || !pool.fits(information)) {
            return Optional.of(object.partition().blockCount() + " blocks of " + information.maximumBlockLength()
                    + " symbols of " + information.symbolLength()
                    + " bytes do not fit; use a larger memory limit, or larger or smaller blocks");
        }
        return Optional.empty();
    }

    /** What one datagram says of an object may be damage, or forged; what two say is so. */
    private void refuse(IncomingObject object, String reason) {
        ObjectId id = object.id();
        if (object.information().equals(rumours.put(id, object.information()))) {
            drop(id, reason);
        } else {
            receiver.forget(object);
        }
    }

    private void give(Arrival arrival, SourceBlock block) {
        out.put(block, arrival);
        arrival.onGiven();
        events.add(new ObjectEvent.BlockReady(block.object(), block));
    }

    private void completeIfWhole(Arrival arrival) {
        ObjectId id = arrival.incoming().id();
        boolean needsInfo = (arrival.incoming().flags() & ObjectFlags.INFO) != 0;
        if (arrivals.get(id) == arrival && arrival.takeWhole(needsInfo)) {
            events.add(new ObjectEvent.ObjectComplete(id, arrival.info()));
        }
    }

    /** An object is given up. */
    private void drop(ObjectId id, String reason) {
        withdraw(id, reason);
        rumours.remove(id);
        IncomingObject object = receiver.object(id);
        if (object != null) {
            receiver.retire(object);
        }
        dropped++;
    }

    /** What the owner has of an object is of no use. */
    private void withdraw(ObjectId id, String reason) {
        Arrival arrival = arrivals.remove(id);
        if (arrival != null) {
            arrival.takeHeld().forEach(block -> receiver.onBlock(block, nowNanos));
        }
        events.add(new ObjectEvent.ObjectDropped(id, reason));
    }

    // -------------------------------------------------------------------------------------------------------- the end

    /** The sender is gone: what has arrived whole is stored yet, the rest is dropped. */
    private void onGone(Ending cause) {
        leaving = isAllHere() ? Ending.COMPLETE : cause;
        for (Arrival arrival : List.copyOf(arrivals.values())) {
            if (arrival.incoming().isWanted()) {
                drop(arrival.incoming().id(), "the sender is gone");
            }
        }
        settle();
    }

    /** Returns whether nothing is missing of what is wanted and known to exist. */
    private boolean isAllHere() {
        for (IncomingObject object : receiver.objects()) {
            if (object.isWanted()) {
                return false;
            }
        }
        return first != null && (limits.objectCount() == 0 || first.distanceTo(next) >= limits.objectCount());
    }

    /** Returns when the end may be believed, or {@link #NEVER} while something is on its way. */
    private long endNanos() {
        boolean enough = flushed || limits.objectCount() > 0;
        if (!enough || !arrivals.isEmpty() || !isAllHere()) {
            return NEVER;
        }
        long quiet = Math.max(limits.quietNanos(), QUIET_GRTTS * receiver.grttNanos());
        return Math.min(
                Math.max(receiver.activeNanos(), storedNanos) + quiet,
                enoughNanos == NEVER ? NEVER : enoughNanos + config.lingerNanos());
    }

    private void settle() {
        if (enoughNanos == NEVER && limits.objectCount() > 0 && arrivals.isEmpty() && isAllHere()) {
            enoughNanos = nowNanos;
        }
        if (leaving != null && arrivals.isEmpty()) {
            finish(leaving == Ending.COMPLETE ? verdict() : leaving);
        } else if (nowNanos >= endNanos()) {
            finish(verdict());
        }
    }

    private Ending verdict() {
        return dropped == 0 ? Ending.COMPLETE : Ending.INCOMPLETE;
    }

    /** Ends; a sender that waits for our word is still told that we leave. */
    private void finish(Ending how) {
        if (ending != null) {
            return;
        }
        List.copyOf(arrivals.keySet()).forEach(id -> drop(id, "the transfer ended before it was stored"));
        ending = how;
        receiver.close();
        receiver.onTime(nowNanos);
    }
}

package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.BlockPartition;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.wire.DataEncoder;
import dev.mimeo.protocol.wire.ObjectFlags;
import dev.mimeo.protocol.wire.Watermark;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An object on its way out: how far its first pass has come, what was asked for, what is to be repaired. */
final class OutgoingObject {
    private final ObjectId id;
    private final TransmitObject object;
    private final BlockPartition partition;
    private final DataEncoder encoder;
    private final ProactiveParity redundancy;
    private final SymbolLedger unasked;
    private final SymbolLedger repaired;
    private final Map<Turn, Demand> demands = new EnumMap<>(Turn.class);
    /** Blocks that are on their way, or left less than a GRTT ago: as many as the pool has, and the rate carries. */
    private final Set<Long> closed = new HashSet<>();

    /** Blocks that somebody asked for the whole of, in whatever turn. */
    private BlockSet whole;

    private final FirstPass pass;
    private long nextPatient;
    private boolean begun;
    private boolean fewFirst;

    /** Shares {@code redundancy} and {@code room} with the other objects of its session. */
    OutgoingObject(
            ObjectId id,
            TransmitObject object,
            FirstPass pass,
            NodeId source,
            int instanceId,
            ProactiveParity redundancy,
            ObjectRequests.Room room) {
        this.id = id;
        this.object = object;
        this.pass = pass;
        this.partition = object.information().partition();
        this.encoder = new DataEncoder(source, instanceId, id, flags(), object.information());
        this.redundancy = redundancy;
        this.unasked = new SymbolLedger(partition.blockCount());
        this.repaired = new SymbolLedger(partition.blockCount());
        for (Turn turn : Turn.values()) {
            demands.put(turn, new Demand(partition.blockCount(), room));
        }
        leaveOut(object.known());
    }

    ObjectId id() {
        return id;
    }

    TransmitObject object() {
        return object;
    }

    TransmissionInformation information() {
        return object.information();
    }

    BlockPartition partition() {
        return partition;
    }

    DataEncoder encoder() {
        return encoder;
    }

    /** Returns the NORM_FLAG_* bits of its messages. */
    int flags() {
        return (object.hasInfo() ? ObjectFlags.INFO : 0) | (object.isFile() ? ObjectFlags.FILE : 0);
    }

    /** Leaves these chunks out of the first pass, which has not begun, and no others. */
    void leaveOut(KnownChunks chunks) {
        pass.leaveOut(chunks);
    }

    /** A chunk is there from now on; returns whether the first pass can go on with it. */
    boolean onChunk(long chunk) {
        return pass.onChunk(chunk);
    }

    /** What was asked for: in this repair cycle, and what is to be sent again. */
    record Demand(ObjectRequests gathered, ObjectRequests pending) {
        private Demand(long blockCount, ObjectRequests.Room room) {
            this(new ObjectRequests(blockCount, room), new ObjectRequests(blockCount, room));
        }

        private boolean wantsWhole(long block) {
            return gathered.wantsWhole(block) || pending.wantsWhole(block);
        }

        private void takeInto(SymbolRequest request, long block) {
            for (ObjectRequests requests : List.of(pending, gathered)) {
                SymbolRequest taken = requests.take(block);
                if (taken != null) {
                    request.add(taken);
                }
            }
        }
    }

    /** From now on, whoever lacks most of a block waits for those who lack little, and for the end of the first pass. */
    void repairFewFirst() {
        fewFirst = true;
    }

    /** Returns what is asked for and answered in a turn. */
    Demand demand(Turn turn) {
        return demands.get(turn);
    }

    /** Returns what goes before all others, its information too. */
    Demand first() {
        return demand(Turn.FIRST);
    }

    /** Returns whether this repair cycle has been asked for something. */
    boolean hasGathered() {
        return demands.values().stream().anyMatch(demand -> !demand.gathered.isEmpty());
    }

    /** Returns the turn of who lacks whole blocks. */
    Turn turnOfWhole() {
        return fewFirst ? Turn.LATER : Turn.FIRST;
    }

    /**
     * Returns the turn of a request. Parity helps whoever lacks anything: who still lacks little of a block after some lacks
     * most of what was sent since, and has to be as patient as who lacked most of it at first. Source symbols that others
     * asked for say nothing about it.
     */
    Turn turnOf(long block, SymbolRequest request) {
        int heardOf = usedParity(block) - unasked.count(block) + request.erasures();
        return fewFirst && partition.isMost(block, heardOf) ? Turn.LATER : Turn.FIRST;
    }

    /**
     * Gathers what a receiver lacks of a block.
     *
     * @return the bytes that are to be sent by that turn, and would not be otherwise
     */
    long gather(long block, SymbolRequest request, Turn turn) {
        int before = asked(block, turn);
        demand(turn).gathered.add(block, request);
        int now = asked(block, turn);
        if (turn.isSoon() && repaired.count(block) == 0) {
            int sent = unasked.count(block);
            redundancy.onAsked(
                    sent + before,
                    sent + now,
                    partition.blockLength(block),
                    information().parityCount());
        }
        return Math.max(0, (long) now - before) * information().symbolLength();
    }

    /** Returns how many symbols are to be sent of a block by a turn, as it stands. */
    private int asked(long block, Turn last) {
        int symbols = 0;
        for (Turn turn : last.andBefore()) {
            Demand demand = demand(turn);
            for (ObjectRequests requests : List.of(demand.gathered, demand.pending)) {
                SymbolRequest request = requests.symbols(block);
                if (requests.wantsWhole(block)) {
                    return partition.blockLength(block);
                }
                symbols = Math.max(symbols, request == null ? 0 : symbolsFor(block, request));
            }
        }
        return symbols;
    }

    /** Returns how many symbols answer a request now: see {@link TransmitQueue}. */
    private int symbolsFor(long block, SymbolRequest request) {
        int fresh = Math.min(request.erasures(), information().parityCount() - usedParity(block));
        boolean named = request.symbols().cardinality() >= request.erasures();
        return fresh == request.erasures()
                ? fresh
                : fresh + (named ? request.symbols().cardinality() : partition.blockLength(block));
    }

    /** A block is on its way: it is not to be asked for now. */
    void close(long block) {
        closed.add(block);
    }

    /** A block has left, and may be asked for again. */
    void reopen(long block) {
        closed.remove(block);
    }

    /**
     * Somebody asks for a block; returns whether it is to be repaired: the first pass will not bring it, and it is not on its
     * way. What is not there yet, the first pass will bring.
     */
    boolean open(long block) {
        pass.want(block, block + 1);
        return !pass.brings(block) && !closed.contains(block);
    }

    /**
     * Gathers whole blocks {@code from} (inclusive) to {@code to} (exclusive), as far as they are open.
     *
     * @return the bytes that are to be sent, and would not be otherwise in any turn
     */
    long gatherWhole(long from, long to, Turn turn) {
        Demand demand = demand(turn);
        pass.want(from, to);
        long blocks = 0;
        for (long first = pass.nextBrought(from); first < to; ) {
            long end = Math.min(to, pass.nextDue(first));
            blocks += gatherWhole(demand, first, end);
            first = pass.nextBrought(end);
        }
        return blocks * partition.blockLength(0) * information().symbolLength();
    }

    private long gatherWhole(Demand demand, long from, long to) {
        if (whole == null) {
            whole = new BlockSet(partition.blockCount());
        }
        long before = whole.cardinality();
        whole.add(from, to);
        demand.gathered.addWhole(from, to);
        for (long block : closed) {
            if (block >= from && block < to) {
                demand.gathered.removeWhole(block);
                whole.remove(block);
            }
        }
        return Math.max(0, whole.cardinality() - before);
    }

    /**
     * Takes what is pending for a block by a turn, with what was asked for meanwhile; null asks for all of it, and answers
     * whoever would have waited for longer, too.
     */
    SymbolRequest takeRequest(long block, Turn last) {
        SymbolRequest request = SymbolRequest.erasures(0);
        boolean all = last.andBefore().stream().anyMatch(turn -> demand(turn).wantsWhole(block));
        for (Turn turn : (all ? Turn.LAST : last).andBefore()) {
            demand(turn).takeInto(request, block);
        }
        if (all) {
            whole.remove(block);
        }
        return all ? null : request;
    }

    /** Returns whether the first pass is over, but for blocks on their way. */
    boolean isPassed() {
        return pass.isOver();
    }

    /** Returns true the first time, if it has information: that goes before its first block. */
    boolean takeFirstInfo() {
        boolean first = !begun && object.hasInfo();
        begun = true;
        return first;
    }

    /** Returns whether its turn has not come, so that its information will be sent anyway. */
    boolean isAwaitingFirstInfo() {
        return !begun;
    }

    /** Returns whether the first pass can go on: its next block is there. */
    boolean hasNext() {
        return pass.hasNext();
    }

    /** Returns the next block of the first pass. */
    long nextBlock() {
        return pass.next();
    }

    /** The next block of the first pass is on its way. */
    void onBlockTaken() {
        pass.onTaken();
    }

    /** Returns where to go on with what waits: one after another, so that who asks for the first blocks for ever leaves some. */
    long nextPatient() {
        return nextPatient;
    }

    /** A block that waited is on its way. */
    void onPatientTaken(long block) {
        nextPatient = block + 1;
    }

    /** Returns the symbols of a block that the first pass sends now: source symbols that are not left out, then parity. */
    BitSet takeFirstPassSymbols(long block) {
        int length = partition.blockLength(block);
        BitSet leftOut = pass.symbolsLeftOut(block);
        int parity = Math.max(
                object.proactiveParity(),
                redundancy.symbols(length - leftOut.cardinality(), information().parityCount()));
        unasked.add(block, parity);
        if (leftOut.isEmpty()) {
            redundancy.onSent(length);
        }
        BitSet symbols = new BitSet();
        symbols.set(0, length + parity);
        symbols.andNot(leftOut);
        return symbols;
    }

    /** Returns the payload of source symbols that the first pass sends in all, in bytes. */
    long firstPassBytes() {
        return partition.transferLength() - pass.leftOut().symbolBytes(partition);
    }

    /** Returns how many parity rows of a block were used: the next ones are fresh. */
    int usedParity(long block) {
        return Math.min(information().parityCount(), unasked.count(block) + repaired.count(block));
    }

    /** So many symbols are sent to repair a block: fresh parity, and others once there is none. */
    void onRepaired(long block, int symbols) {
        repaired.add(block, symbols);
    }

    /** Returns the position of a symbol, as FLUSH and REPAIR_ADV name it. */
    Watermark position(long block, int symbolId) {
        return Watermark.of(information().encoding(), id, partition, block, symbolId);
    }

    /** Returns the position of the last source symbol; that of the end if there is none. */
    Watermark lastPosition() {
        if (partition.blockCount() == 0) {
            return Watermark.ofEmpty(information().encoding(), id);
        }
        long last = partition.blockCount() - 1;
        return position(last, partition.blockLength(last) - 1);
    }
}

package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What goes next: repairs before new blocks, lower positions before higher ones, source before parity within a block
 * (RFC 5740, section 5.1).
 *
 * <p>What is not there yet lets the rest pass, and repairs that would wait for the end of the first pass.
 *
 * <p>Blocks are fetched ahead of their turn. A repair whose block is still being fetched lets new blocks pass, so that a
 * slow disk costs order, not rate. Memory: the pool; the first pass leaves a quarter of it to repairs, or one block.
 */
final class TransmitQueue {
    /**
     * Repairs that are fetched ahead of their turn. Few: what is asked for meanwhile, of a lower position, goes before the
     * rest, and a receiver holds a block that lacks a symbol in memory until it comes.
     */
    private static final int REPAIRS_AHEAD = 8;
    /** Most repair symbols that go before new ones because few were asked for earlier. */
    private static final int LARGEST_ALLOWANCE = 1_024;
    /** Repair symbols of what is urgent that each new symbol earns. */
    private static final double EARNED_URGENT = 0.05;

    private final BlockPool pool;
    private final Consumer<SourceBlock> wanted;
    private final List<OutgoingObject> objects = new ArrayList<>();
    /** Objects by their position that something is to be repaired of in a turn. */
    private final Map<Turn, TreeMap<Integer, OutgoingObject>> repairing = new EnumMap<>(Turn.class);

    private final ArrayDeque<OutgoingObject> infos = new ArrayDeque<>();
    /** Objects whose information goes before their first block, which may still be fetched. */
    private final ArrayDeque<OutgoingObject> firstInfos = new ArrayDeque<>();

    private final ArrayDeque<BlockTask> repairs = new ArrayDeque<>();
    private final ArrayDeque<BlockTask> firstPass = new ArrayDeque<>();
    private BlockTask current;
    /** Repair symbols that each new symbol earns, and those that were earned and not sent. */
    private final double earned;

    private double allowance;
    /** The same for those who lack most of what is urgent. */
    private double urgentAllowance = LARGEST_ALLOWANCE;
    /** How many objects, the first ones, are urgent. */
    private int urgent;

    private int passing;
    /** Whether the first pass waits for what is not there yet. */
    private boolean dry;
    /** How many objects may be sent by now. */
    private int released;

    /**
     * Makes an empty queue.
     *
     * @param repairShare share of what the first pass sends that may be repairs while there is something new, above 0; 1 is all
     */
    TransmitQueue(BlockPool pool, double repairShare, Consumer<SourceBlock> wanted) {
        this.pool = pool;
        this.wanted = wanted;
        for (Turn turn : Turn.values()) {
            repairing.put(turn, new TreeMap<>());
        }
        this.earned = repairShare < 1 ? repairShare / (1 - repairShare) : Double.POSITIVE_INFINITY;
    }

    void add(OutgoingObject object) {
        objects.add(object);
    }

    /** Lets the first {@code count} objects go; what is beyond waits for a further call. */
    void release(int count) {
        released = Math.max(released, count);
        dry = false;
    }

    /** More of an object is there to be sent. */
    void onMore() {
        dry = false;
    }

    /** Something of an object was asked for that is not there yet, perhaps: its first pass may not be over any more. */
    void onWanted(OutgoingObject object) {
        if (!object.isPassed()) {
            passing = Math.min(passing, position(object));
        }
    }

    /** Returns how many objects may be sent by now. */
    int released() {
        return released;
    }

    List<OutgoingObject> objects() {
        return objects;
    }

    /** Returns an object, or null. */
    OutgoingObject find(ObjectId id) {
        int index = objects.isEmpty() ? -1 : objects.get(0).id().distanceTo(id);
        return index >= 0 && index < objects.size() ? objects.get(index) : null;
    }

    /**
     * From now on, whoever lacks most of a block waits for those who lack little, and for the end of the first pass. Objects
     * before {@code patient} are urgent: of them, most of a block is sent in the first pass too, but no more than a twentieth of it
     * in the long run. One who hears next to nothing would have them all the time.
     */
    void repairFewFirst(OutgoingObject patient) {
        objects.forEach(OutgoingObject::repairFewFirst);
        urgent = patient == null ? objects.size() : position(patient);
    }

    private int position(OutgoingObject object) {
        return objects.get(0).id().distanceTo(object.id());
    }

    /** Asks for as many blocks as the pool has room for: repairs first. */
    void fill() {
        while (repairs.size() < REPAIRS_AHEAD && fetchRepair()) {}
        while ((firstPass.isEmpty() || pool.freeBytes() > pool.memoryLimit() / 4) && fetchNew()) {}
    }

    /** A block that was asked for is here. */
    void onBlock(SourceBlock block) {
        for (ArrayDeque<BlockTask> tasks : List.of(repairs, firstPass)) {
            for (BlockTask task : tasks) {
                if (task.block() == block) {
                    task.onLoaded();
                    return;
                }
            }
        }
        throw new IllegalArgumentException(block + " was not asked for");
    }

    /** Returns whether {@link #nextInfo} or {@link #nextTask} has something to send now. */
    boolean hasReady() {
        return !infos.isEmpty() || isFirstInfoNext() || nextTask() != null;
    }

    /** Returns whether nothing is left: all sent once, nothing asked for, nothing on its way. */
    boolean isIdle() {
        return passing == released
                && current == null
                && infos.isEmpty()
                && firstInfos.isEmpty()
                && repairs.isEmpty()
                && firstPass.isEmpty()
                && repairing.values().stream().allMatch(Map::isEmpty);
    }

    /** Returns whether the first pass is over and what it sent has left. */
    boolean isPassed() {
        return passing == objects.size() && firstPass.isEmpty() && (current == null || current.isRepair());
    }

    /** Returns whether all that is there was sent once and has left, and more is to come. */
    boolean isDry() {
        return dry && firstPass.isEmpty() && (current == null || current.isRepair());
    }

    /** Returns whether there is something to begin with behind the first object, which may be all that is sent before the start. */
    boolean canBegin() {
        for (int i = 1; i < objects.size(); i++) {
            if (objects.get(i).hasNext()) {
                return true;
            }
        }
        return objects.stream().skip(1).allMatch(OutgoingObject::isPassed);
    }

    /** Takes an object whose NORM_INFO is to be sent, or null. */
    OutgoingObject nextInfo() {
        return infos.isEmpty() && isFirstInfoNext() ? firstInfos.poll() : infos.poll();
    }

    /** Returns whether no block is left to be sent of the objects before that whose information is next. */
    private boolean isFirstInfoNext() {
        BlockTask task = current != null && !current.isRepair() ? current : firstPass.peek();
        return !firstInfos.isEmpty()
                && (task == null
                        || firstInfos.peek().id().distanceTo(task.object().id()) >= 0);
    }

    /** Returns the task whose next symbol is to be sent, or null. */
    BlockTask nextTask() {
        if (current == null && (allowance >= 0 || !isLoaded(firstPass))) {
            current = pollLoaded(repairs);
        }
        if (current == null) {
            current = pollLoaded(firstPass);
        }
        return current;
    }

    /** The next symbol of the current task was sent; returns whether that was its last. The block stays closed. */
    boolean onSymbolSent() {
        current.onSymbolSent();
        allowance = Math.min(LARGEST_ALLOWANCE, allowance + (current.isRepair() ? -1 : earned));
        urgentAllowance = Math.min(LARGEST_ALLOWANCE, urgentAllowance + (current.isRepair() ? 0 : EARNED_URGENT));
        if (current.symbol() >= 0) {
            return false;
        }
        pool.release(current.block());
        current = null;
        return true;
    }

    /** Starts repair of what {@code object} has pending. */
    void onPending(OutgoingObject object) {
        if (object.first().pending().takeInfo() && !infos.contains(object)) {
            infos.add(object);
        }
        repairing.forEach((turn, asked) -> {
            if (!object.demand(turn).pending().isEmpty()) {
                asked.put(position(object), object);
            }
        });
    }

    private static boolean isLoaded(ArrayDeque<BlockTask> tasks) {
        return !tasks.isEmpty() && tasks.peek().isLoaded();
    }

    private static BlockTask pollLoaded(ArrayDeque<BlockTask> tasks) {
        return isLoaded(tasks) ? tasks.poll() : null;
    }

    private boolean fetchRepair() {
        TreeMap<Integer, OutgoingObject> later = repairing.get(Turn.LATER);
        if (!later.isEmpty() && later.firstKey() < urgent && urgentAllowance >= 0) {
            return fetchRepair(Turn.LATER);
        }
        for (Turn turn : Turn.values()) {
            if (!repairing.get(turn).isEmpty()) {
                return (turn.isSoon() || isPassed() || isDry()) && fetchRepair(turn);
            }
        }
        return false;
    }

    private boolean fetchRepair(Turn turn) {
        OutgoingObject object = repairing.get(turn).firstEntry().getValue();
        ObjectRequests pending = object.demand(turn).pending();
        boolean soon = turn.isSoon();
        SourceBlock block = acquire(object, soon ? pending.lowestBlock() : pending.nextBlock(object.nextPatient()));
        if (block == null) {
            return false;
        }
        if (!soon) {
            object.onPatientTaken(block.blockNumber());
        }
        SymbolRequest request = object.takeRequest(block.blockNumber(), turn);
        BitSet symbols = request == null ? sourceSymbols(block) : repairSymbols(object, block, request);
        fetch(repairs, new BlockTask(object, block, true, symbols));
        urgentAllowance -= soon ? 0 : symbols.cardinality();
        for (Turn each : Turn.values()) {
            if (object.demand(each).pending().isEmpty()) {
                repairing.get(each).remove(position(object));
            }
        }
        return true;
    }

    /** Of the objects that the first pass is not through with, the first goes on of which the next block is there. */
    private boolean fetchNew() {
        for (int i = passing; i < released && !dry; i++) {
            OutgoingObject object = objects.get(i);
            if (object.takeFirstInfo()) {
                firstInfos.add(object);
            }
            if (object.hasNext()) {
                SourceBlock block = acquire(object, object.nextBlock());
                if (block == null) {
                    return false;
                }
                object.onBlockTaken();
                BitSet symbols = object.takeFirstPassSymbols(block.blockNumber());
                fetch(firstPass, new BlockTask(object, block, false, symbols));
                return true;
            }
            passing += i == passing && object.isPassed() ? 1 : 0;
        }
        dry = passing < released;
        return false;
    }

    /** Returns a block, or null if the pool has none now. */
    private SourceBlock acquire(OutgoingObject object, long blockNumber) {
        return pool.tryAcquire(object.id(), object.information(), object.partition(), blockNumber)
                .orElse(null);
    }

    private void fetch(ArrayDeque<BlockTask> tasks, BlockTask task) {
        tasks.add(task);
        task.object().close(task.block().blockNumber());
        wanted.accept(task.block());
    }

    private static BitSet sourceSymbols(SourceBlock block) {
        BitSet symbols = new BitSet();
        symbols.set(0, block.symbolCount());
        return symbols;
    }

    /**
     * Chooses the symbols that answer a request: as many fresh parity symbols as the worst receiver lacks, since each of
     * them serves every receiver; where they run out, also the very symbols that were named (RFC 5740, section 5.4.2), or
     * all source symbols if somebody did not name what it lacks.
     */
    private static BitSet repairSymbols(OutgoingObject object, SourceBlock block, SymbolRequest request) {
        long number = block.blockNumber();
        int used = object.usedParity(number);
        int fresh = Math.min(request.erasures(), object.information().parityCount() - used);
        int first = block.symbolCount() + used;
        BitSet symbols = new BitSet();
        symbols.set(first, first + fresh);
        if (fresh < request.erasures()) {
            boolean named = request.symbols().cardinality() >= request.erasures();
            symbols.or(named ? request.symbols() : sourceSymbols(block));
        }
        object.onRepaired(number, symbols.cardinality());
        return symbols;
    }
}

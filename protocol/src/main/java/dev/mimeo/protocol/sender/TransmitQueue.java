package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What goes next: repairs before new blocks, lower positions before higher ones, source before parity within a block
 * (RFC 5740, section 5.1).
 *
 * <p>Blocks are fetched ahead of their turn. A repair whose block is still being fetched lets new blocks pass, so that a
 * slow disk costs order, not rate. Memory: the pool; the first pass leaves a quarter of it to repairs, or one block.
 */
final class TransmitQueue {
    private final BlockPool pool;
    private final Consumer<SourceBlock> wanted;
    private final List<OutgoingObject> objects = new ArrayList<>();
    private final TreeMap<Integer, OutgoingObject> repairing = new TreeMap<>();
    private final ArrayDeque<OutgoingObject> infos = new ArrayDeque<>();
    private final ArrayDeque<BlockTask> repairs = new ArrayDeque<>();
    private final ArrayDeque<BlockTask> firstPass = new ArrayDeque<>();
    private BlockTask current;
    private int passing;

    TransmitQueue(BlockPool pool, Consumer<SourceBlock> wanted) {
        this.pool = pool;
        this.wanted = wanted;
    }

    void add(OutgoingObject object) {
        objects.add(object);
    }

    List<OutgoingObject> objects() {
        return objects;
    }

    /** Returns an object, or null. */
    OutgoingObject find(ObjectId id) {
        int index = objects.isEmpty() ? -1 : objects.get(0).id().distanceTo(id);
        return index >= 0 && index < objects.size() ? objects.get(index) : null;
    }

    /** Asks for as many blocks as the pool has room for: repairs first. */
    void fill() {
        while (fetchRepair()) {}
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
        return !infos.isEmpty() || nextTask() != null;
    }

    /** Returns whether nothing is left: all sent once, nothing asked for, nothing on its way. */
    boolean isIdle() {
        return passing == objects.size()
                && current == null
                && infos.isEmpty()
                && repairs.isEmpty()
                && firstPass.isEmpty()
                && repairing.isEmpty();
    }

    /** Returns whether the first pass is over and what it sent has left. */
    boolean isPassed() {
        return passing == objects.size() && firstPass.isEmpty() && (current == null || current.isRepair());
    }

    /** Takes an object whose NORM_INFO is to be sent, or null. */
    OutgoingObject nextInfo() {
        return infos.poll();
    }

    /** Returns the task whose next symbol is to be sent, or null. */
    BlockTask nextTask() {
        if (current == null) {
            current = pollLoaded(repairs);
        }
        if (current == null) {
            current = pollLoaded(firstPass);
        }
        return current;
    }

    /** The next symbol of the current task was sent; returns whether that was its last. */
    boolean onSymbolSent() {
        current.onSymbolSent();
        if (current.symbol() >= 0) {
            return false;
        }
        pool.release(current.block());
        current = null;
        return true;
    }

    /** Returns whether a block is out of the pool and will be sent. */
    boolean isOnItsWay(OutgoingObject object, long block) {
        return current != null && current.isFor(object, block)
                || repairs.stream().anyMatch(task -> task.isFor(object, block))
                || firstPass.stream().anyMatch(task -> task.isFor(object, block));
    }

    /** Starts repair of what {@code object} has pending. */
    void onPending(OutgoingObject object) {
        if (object.pending().takeInfo() && !infos.contains(object)) {
            infos.add(object);
        }
        if (!object.pending().isEmpty()) {
            repairing.put(objects.get(0).id().distanceTo(object.id()), object);
        }
    }

    private static BlockTask pollLoaded(ArrayDeque<BlockTask> tasks) {
        BlockTask first = tasks.peek();
        return first != null && first.isLoaded() ? tasks.poll() : null;
    }

    private boolean fetchRepair() {
        if (repairing.isEmpty()) {
            return false;
        }
        OutgoingObject object = repairing.firstEntry().getValue();
        long number = object.pending().lowestBlock();
        SourceBlock block = acquire(object, number);
        if (block == null) {
            return false;
        }
        boolean whole = object.pending().wantsWhole(number);
        SymbolRequest request = object.pending().take(number);
        BitSet symbols = whole ? sourceSymbols(block) : repairSymbols(object, block, request);
        fetch(repairs, new BlockTask(object, block, true, symbols));
        if (object.pending().isEmpty()) {
            repairing.pollFirstEntry();
        }
        return true;
    }

    private boolean fetchNew() {
        while (passing < objects.size()) {
            OutgoingObject object = objects.get(passing);
            if (object.takeFirstInfo()) {
                infos.add(object);
            }
            if (!object.isPassed()) {
                SourceBlock block = acquire(object, object.nextBlock());
                if (block == null) {
                    return false;
                }
                object.onBlockTaken();
                BitSet symbols = sourceSymbols(block);
                symbols.set(
                        block.symbolCount(),
                        block.symbolCount() + object.object().proactiveParity());
                fetch(firstPass, new BlockTask(object, block, false, symbols));
                return true;
            }
            passing++;
        }
        return false;
    }

    /** Returns a block, or null if the pool has none now. */
    private SourceBlock acquire(OutgoingObject object, long blockNumber) {
        return pool.tryAcquire(object.id(), object.information(), object.partition(), blockNumber)
                .orElse(null);
    }

    private void fetch(ArrayDeque<BlockTask> tasks, BlockTask task) {
        tasks.add(task);
        wanted.accept(task.block());
    }

    private static BitSet sourceSymbols(SourceBlock block) {
        BitSet symbols = new BitSet();
        symbols.set(0, block.symbolCount());
        return symbols;
    }

    /**
     * Chooses the symbols that answer a request: as many fresh parity symbols as the worst receiver lacks, since each of
     * them serves every receiver; where they run out, also the very symbols that were named (RFC 5740, section 5.4.2).
     */
    private static BitSet repairSymbols(OutgoingObject object, SourceBlock block, SymbolRequest request) {
        long number = block.blockNumber();
        int fresh = Math.min(request.erasures(), object.freshParity(number));
        int first = block.symbolCount() + object.useParity(number, fresh);
        BitSet symbols = new BitSet();
        symbols.set(first, first + fresh);
        if (fresh < request.erasures()) {
            symbols.or(request.symbols());
        }
        return symbols;
    }
}

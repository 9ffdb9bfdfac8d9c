package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.BlockSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * What receivers asked for of one object: its information, whole blocks, symbols of blocks.
 *
 * <p>Bounded: one bit for each block, and at most {@link #LARGEST_PARTIAL} blocks of which symbols are asked for; beyond
 * that a request is forgotten, and its receiver asks again.
 */
final class ObjectRequests {
    /** Blocks of which symbols can be asked for at a time. */
    static final int LARGEST_PARTIAL = 1 << 16;

    private final long blockCount;
    private final TreeMap<Long, SymbolRequest> partial = new TreeMap<>();
    private BlockSet whole;
    private long wholeFrom;
    private boolean info;

    ObjectRequests(long blockCount) {
        this.blockCount = blockCount;
    }

    boolean isEmpty() {
        return !info && partial.isEmpty() && (whole == null || whole.isEmpty());
    }

    void addInfo() {
        info = true;
    }

    /** Returns whether the information was asked for, and forgets it. */
    boolean takeInfo() {
        boolean wanted = info;
        info = false;
        return wanted;
    }

    boolean wantsInfo() {
        return info;
    }

    /** Adds blocks {@code from} (inclusive) to {@code to} (exclusive). */
    void addWhole(long from, long to) {
        if (from >= to) {
            return;
        }
        if (whole == null) {
            whole = new BlockSet(blockCount);
        }
        whole.add(from, to);
        wholeFrom = Math.min(wholeFrom, from);
        partial.subMap(from, to).clear();
    }

    /** Forgets that the whole of a block is asked for. */
    void removeWhole(long block) {
        if (whole != null) {
            whole.remove(block);
        }
    }

    void add(long block, SymbolRequest request) {
        if (whole != null && whole.contains(block)) {
            return;
        }
        SymbolRequest known = partial.get(block);
        if (known != null) {
            known.add(request);
        } else if (partial.size() < LARGEST_PARTIAL) {
            partial.put(block, request);
        }
    }

    /** Moves everything that {@code other} holds in here. */
    void moveFrom(ObjectRequests other) {
        info |= other.takeInfo();
        for (long from = other.nextWhole(0); from < blockCount; ) {
            long to = other.wholeEnd(from);
            addWhole(from, to);
            from = other.nextWhole(to);
        }
        other.whole = null;
        other.partial.forEach(this::add);
        other.partial.clear();
    }

    /** Returns the lowest block that is asked for, or the number of blocks if none is. */
    long lowestBlock() {
        wholeFrom = whole == null ? blockCount : whole.nextPresent(wholeFrom);
        return partial.isEmpty() ? wholeFrom : Math.min(wholeFrom, partial.firstKey());
    }

    /** Returns what is asked for of a block, and forgets it; null asks for all of it. */
    SymbolRequest take(long block) {
        if (whole != null && whole.remove(block)) {
            return null;
        }
        return partial.remove(block);
    }

    /** Returns whether the whole of a block is asked for. */
    boolean wantsWhole(long block) {
        return whole != null && whole.contains(block);
    }

    /** Returns the first block at or after {@code from} that is asked for whole, or the number of blocks. */
    long nextWhole(long from) {
        return whole == null ? blockCount : whole.nextPresent(from);
    }

    /** Returns the first block behind {@code from} that is not asked for whole, or the number of blocks. */
    long wholeEnd(long from) {
        return whole == null ? from : whole.nextMissing(from);
    }

    /** Returns the blocks of which symbols are asked for, in order. */
    Iterable<Map.Entry<Long, SymbolRequest>> partial() {
        return partial.entrySet();
    }
}

package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.BlockSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * What receivers asked for of one object: its information, whole blocks, symbols of blocks.
 *
 * <p>Bounded: one bit for each block, and as many blocks of which symbols are asked for as a {@link Room} holds that all
 * objects share; beyond that a request is forgotten, and its receiver asks again.
 */
final class ObjectRequests {
    /** Blocks of which symbols can be asked for at a time, in all objects together. */
    static final int LARGEST_PARTIAL = 1 << 16;

    /** Room for requests for symbols of {@link #LARGEST_PARTIAL} blocks. */
    static final class Room {
        private int taken;

        int taken() {
            return taken;
        }
    }

    private final long blockCount;
    private final Room room;
    private final TreeMap<Long, SymbolRequest> partial = new TreeMap<>();
    private BlockSet whole;
    private long wholeFrom;
    private boolean info;

    ObjectRequests(long blockCount, Room room) {
        this.blockCount = blockCount;
        this.room = room;
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
        Map<Long, SymbolRequest> covered = partial.subMap(from, to);
        room.taken -= covered.size();
        covered.clear();
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
        } else if (room.taken < LARGEST_PARTIAL) {
            partial.put(block, request);
            room.taken++;
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
        room.taken -= other.partial.size();
        other.partial.forEach(this::add);
        other.partial.clear();
    }

    /** Returns the lowest block that is asked for, or the number of blocks if none is. */
    long lowestBlock() {
        wholeFrom = whole == null ? blockCount : whole.nextPresent(wholeFrom);
        return partial.isEmpty() ? wholeFrom : Math.min(wholeFrom, partial.firstKey());
    }

    /**
     * Returns the first block at or after {@code from} that is asked for, or the lowest if there is none; the number of blocks
     * if none is asked for at all.
     */
    long nextBlock(long from) {
        Long named = partial.ceilingKey(from);
        long next = Math.min(nextWhole(from), named == null ? blockCount : named);
        return next < blockCount ? next : lowestBlock();
    }

    /** Returns what is asked for of a block, and forgets it; null asks for all of it. */
    SymbolRequest take(long block) {
        if (whole != null && whole.remove(block)) {
            return null;
        }
        SymbolRequest taken = partial.remove(block);
        room.taken -= taken == null ? 0 : 1;
        return taken;
    }

    /** Returns the symbols that are asked for of a block; null if none are, or all of it. */
    SymbolRequest symbols(long block) {
        return partial.get(block);
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

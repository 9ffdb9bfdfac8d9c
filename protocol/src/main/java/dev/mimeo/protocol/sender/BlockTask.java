package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.SourceBlock;
import java.util.BitSet;

/** A block that is out of the pool, and which of its symbols are to be sent. */
final class BlockTask {
    private final OutgoingObject object;
    private final SourceBlock block;
    private final boolean repair;
    private final BitSet symbols;
    private boolean loaded;
    private int next;

    BlockTask(OutgoingObject object, SourceBlock block, boolean repair, BitSet symbols) {
        this.object = object;
        this.block = block;
        this.repair = repair;
        this.symbols = symbols;
        this.next = symbols.nextSetBit(0);
        int firstParity = symbols.nextSetBit(block.symbolCount());
        if (firstParity >= 0) {
            block.wantParity(firstParity - block.symbolCount(), symbols.length() - block.symbolCount());
        }
    }

    OutgoingObject object() {
        return object;
    }

    SourceBlock block() {
        return block;
    }

    boolean isRepair() {
        return repair;
    }

    boolean isLoaded() {
        return loaded;
    }

    void onLoaded() {
        loaded = true;
    }

    /** Returns the symbol to send next, or -1 when all are sent. */
    int symbol() {
        return next;
    }

    void onSymbolSent() {
        next = symbols.nextSetBit(next + 1);
    }
}

package dev.mimeo.protocol.object;

import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.receiver.IncomingObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One object on its way: what its owner is doing with it. */
final class Arrival {
    enum State {
        /** The owner opens a target. */
        OPENING,
        /** Blocks are written. */
        OPEN,
        /** Everything is written; the owner stores it. */
        STORING
    }

    private final IncomingObject incoming;
    private final int descriptions;
    private final List<SourceBlock> held = new ArrayList<>();
    private State state = State.OPENING;
    private ByteBuffer info = ByteBuffer.allocate(0);
    private boolean infoHeard;
    private int out;

    Arrival(IncomingObject incoming, int descriptions) {
        this.incoming = incoming;
        this.descriptions = descriptions;
    }

    /** Returns in how many ways its sender has described it, this included. */
    int descriptions() {
        return descriptions;
    }

    IncomingObject incoming() {
        return incoming;
    }

    State state() {
        return state;
    }

    /** The target is open: returns what was held for it. */
    List<SourceBlock> open() {
        state = State.OPEN;
        List<SourceBlock> blocks = List.copyOf(held);
        held.clear();
        return blocks;
    }

    void hold(SourceBlock block) {
        held.add(block);
    }

    /** Returns the blocks that wait for the target; they wait no more. */
    List<SourceBlock> takeHeld() {
        List<SourceBlock> blocks = List.copyOf(held);
        held.clear();
        return blocks;
    }

    void onInfo(ByteBuffer content) {
        infoHeard = true;
        info = ByteBuffer.allocate(content.remaining())
                .put(content.duplicate())
                .flip()
                .asReadOnlyBuffer();
    }

    ByteBuffer info() {
        return info.duplicate();
    }

    void onGiven() {
        out++;
    }

    void onReturned() {
        out--;
    }

    /** Returns true once, when everything is written and, if there is information, that is here. */
    boolean takeWhole(boolean needsInfo) {
        boolean whole =
                state == State.OPEN && incoming.isComplete() && out == 0 && held.isEmpty() && (infoHeard || !needsInfo);
        if (whole) {
            state = State.STORING;
        }
        return whole;
    }
}

package dev.mimeo.internal;

import dev.mimeo.protocol.BlockSet;
import java.util.List;

/** Tells what has arrived of an image that is sent on meanwhile. Any thread. */
interface Arrivals {
    /** Hears of what arrives. */
    interface Listener {
        /** A chunk of an object is there, verified. Called by a disk thread. */
        void arrived(int object, long chunk);
    }

    /** Has {@code listener}, and nobody else, told of every chunk from now on; returns those of each object that are there. */
    List<BlockSet> watch(Listener listener);

    /** Has nobody told any more. */
    void unwatch();
}

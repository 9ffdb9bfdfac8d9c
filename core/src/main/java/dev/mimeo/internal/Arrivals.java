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

    /**
     * Has {@code listener} told of every chunk from now on; returns those of each object that are there.
     *
     * @param sent the image as it is sent, by which the listener is known
     */
    List<BlockSet> watch(OpenImage sent, Listener listener);

    /** Has the listener of an image told no more, if there is one. */
    void unwatch(OpenImage sent);
}

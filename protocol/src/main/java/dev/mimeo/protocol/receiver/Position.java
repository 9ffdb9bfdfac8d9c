package dev.mimeo.protocol.receiver;

import dev.mimeo.protocol.ObjectId;

/**
 * A place in a sender's stream: before this block of this object lies what should have arrived.
 *
 * @param block the first block that is not included
 */
record Position(ObjectId object, long block) {
    boolean isBefore(Position other) {
        int distance = object.distanceTo(other.object);
        return distance > 0 || distance == 0 && block < other.block;
    }

    /** Returns how many of an object's blocks lie before this place. */
    long blocksBefore(IncomingObject of, long blockCount) {
        int distance = of.id().distanceTo(object);
        return distance > 0 ? blockCount : distance == 0 ? Math.min(block, blockCount) : 0;
    }
}

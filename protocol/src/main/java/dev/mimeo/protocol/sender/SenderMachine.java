package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.Outbound;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.manifest.Digest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;

/** Sends objects to a group, answers its requests, and learns who has everything. */
public final class SenderMachine implements Machine<SenderEvent.Handler> {
    /** Makes a sender that waits for receivers as {@code config} says; {@code pool} bounds its memory. */
    public SenderMachine(SenderConfig config, BlockPool pool, RandomGenerator random) {
        throw new UnsupportedOperationException();
    }

    /** Queues an object behind those offered before; returns the id it will have. */
    public ObjectId offer(TransmitObject object) {
        throw new UnsupportedOperationException();
    }

    /**
     * States the image that the announcements speak of; without it none are sent (plain NORM).
     *
     * @param manifest what {@link #offer} returned for the manifest
     * @param firstObject what it returned for the first object of the image, the others following
     */
    public void announce(Digest image, long imageLength, ObjectId manifest, ObjectId firstObject, int objectCount) {
        throw new UnsupportedOperationException();
    }

    /** Starts now, whoever has joined. */
    public void start(long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /** Ends the session early: EOT, then ENDED. */
    public void end(long nowNanos) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onDatagram(ByteBuffer datagram, Delivery delivery, long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /** A block of a BlockWanted comes back, filled. */
    @Override
    public void onBlock(SourceBlock block, long nowNanos) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onTime(long nowNanos) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean pollDatagram(Outbound outbound, long nowNanos) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void drainEvents(SenderEvent.Handler handler) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long nextDeadlineNanos() {
        throw new UnsupportedOperationException();
    }

    /** Returns everyone that was heard, by node id. */
    public List<RosterEntry> receivers() {
        throw new UnsupportedOperationException();
    }

    /** Returns what has happened so far. */
    public SenderStatistics statistics() {
        throw new UnsupportedOperationException();
    }
}

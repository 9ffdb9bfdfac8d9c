package dev.mimeo.protocol.image;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.Outbound;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.receiver.ReceiverConfig;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.StatusReport;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/** Receives one image: manifest, blocks, verified chunks, verdict. */
public final class ImageReceiverMachine implements Machine<ImageEvent.Handler> {
    /** Makes a receiver that waits for a sender; {@code pool} bounds its memory. */
    public ImageReceiverMachine(ReceiverConfig config, BlockPool pool, RandomGenerator random) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onDatagram(ByteBuffer datagram, Delivery delivery, long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /** A block of a BlockReady comes back, written. */
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
    public void drainEvents(ImageEvent.Handler handler) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long nextDeadlineNanos() {
        throw new UnsupportedOperationException();
    }

    /** The target of TargetWanted is open, empty (its zero chunks read as zeros); blocks may come. */
    public void onTarget(long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /** A chunk of ChunkReady was read back and hashed. */
    public void onChunk(int objectIndex, long chunk, byte[] leafHash, long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /** The image of ImageVerified is durable and published. */
    public void onStored(long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /** The owner gives up, STORAGE or REFUSED for instance: tells the sender, then Finished. Blocks out are still handed back. */
    public void fail(FailureCause cause, String detail, long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /** The user cancels: tells the sender once (LEFT), then Finished. */
    public void leave(long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /** How it is doing, as it would report now. */
    public StatusReport status() {
        throw new UnsupportedOperationException();
    }
}

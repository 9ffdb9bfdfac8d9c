package dev.mimeo.protocol.receiver;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.SourceBlock;

/** What limits a receiver besides the path, all of which is its own. Confined to the protocol thread. */
final class OwnLimits {
    private final BlockPool pool;
    private final StorageLimit storage = new StorageLimit();
    private final MemoryLimit memory = new MemoryLimit();
    private final IntakeLimit intake = new IntakeLimit();

    OwnLimits(BlockPool pool) {
        this.pool = pool;
    }

    /** A message of the sender was taken in. */
    void onMessage(int length) {
        intake.onMessage(length);
    }

    /** All that had arrived was taken in, or not all. */
    void onTaken(boolean everything, long nowNanos) {
        intake.onTaken(everything, nowNanos);
    }

    /** A block was taken out of the pool. */
    void onOpened(SourceBlock block, long nowNanos) {
        memory.onOpened(block.byteCount(), nowNanos);
    }

    /** A block went to storage. */
    void onReady(SourceBlock block, long nowNanos) {
        storage.onBegun(BlockPool.blockLength(block.information()), nowNanos);
    }

    /** A block has come back from storage. */
    void onStored(SourceBlock block, long nowNanos) {
        storage.onStored(BlockPool.blockLength(block.information()), block.byteCount(), nowNanos);
    }

    /** Returns the least of what they are, in bytes per second; {@link PathLimit#NONE} if nothing limits. */
    double bytesPerSecond(long nowNanos) {
        double kept = Math.min(
                storage.bytesPerSecond(pool.freeBytes(), nowNanos),
                memory.bytesPerSecond(pool.out(), pool.available(), nowNanos));
        return Math.min(kept, intake.bytesPerSecond(nowNanos));
    }
}

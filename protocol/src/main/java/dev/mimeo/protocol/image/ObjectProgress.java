package dev.mimeo.protocol.image;

import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.receiver.IncomingObject;
import dev.mimeo.protocol.receiver.ReceiverMachine;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * How far one object of the image has come: which blocks lie in the target, which chunks were verified there.
 *
 * <pre>
 *   missing --all its blocks written--> hashing --digest matches--> verified
 *      ^                                   |  ^                        |
 *      +------digest does not match--------+  +--a block rewritten-----+
 * </pre>
 *
 * <p>What a sender need not bring, since it was verified before, is not written over: neither what the target held, nor, once a
 * chunk does not match, what its blocks share with others that do. Whoever asks for a chunk only has as much to lose again as
 * that. Other blocks straddle chunks, so writing one again may spoil a neighbour that was verified meanwhile: it is hashed
 * again. Memory: one bit for each block, two for each chunk.
 */
final class ObjectProgress {
    private final int index;
    private final ImageObject object;
    private final BlockSet verified;
    /** Chunks being hashed, and whether they were written to since. */
    private final Map<Long, Boolean> hashing = new HashMap<>();

    private final Map<Long, Integer> rejections = new HashMap<>();
    private IncomingObject incoming;
    private BlockSet written;
    private long verifiedBytes;
    private final long presentBytes;

    /**
     * Starts with what the target has: its zero chunks, which read as zeros, and those that are {@code present}. The object
     * is not empty.
     */
    ObjectProgress(int index, ImageObject object, BlockSet present) {
        this.index = index;
        this.object = object;
        this.verified = new BlockSet(object.chunks().count());
        for (long chunk = present.nextPresent(0); chunk < present.size(); chunk = present.nextPresent(chunk + 1)) {
            verify(chunk);
        }
        presentBytes = verifiedBytes;
        for (long chunk = object.chunks().nextZero(0);
                chunk < object.chunks().count();
                chunk = object.chunks().nextZero(chunk + 1)) {
            verify(chunk);
        }
    }

    int index() {
        return index;
    }

    ImageObject object() {
        return object;
    }

    IncomingObject incoming() {
        return incoming;
    }

    long verifiedBytes() {
        return verifiedBytes;
    }

    /** Returns how much was there before the transfer. */
    long presentBytes() {
        return presentBytes;
    }

    /** Adds the chunks that are not verified to a set, the first of the object as {@code offset}. */
    void addNeeds(BitSet needed, int offset) {
        for (long chunk = verified.nextMissing(0); chunk < verified.size(); chunk = verified.nextMissing(chunk + 1)) {
            needed.set(offset + (int) chunk);
        }
    }

    boolean isVerified() {
        return verified.isFull();
    }

    /** Returns whether every block has arrived that is needed. */
    boolean isReceived() {
        return isVerified() || incoming != null && incoming.isComplete();
    }

    /** A sender carries the object as {@code heard}: what lies in verified chunks is not needed of it. */
    void attach(IncomingObject heard, ReceiverMachine receiver) {
        incoming = heard;
        KnownChunks known = verifiedChunks();
        written = known.blocks(heard.partition());
        receiver.know(heard, known);
    }

    /** The sender started anew, or is another: blocks must be heard of again. What is verified stays. */
    void detach() {
        incoming = null;
        written = null;
        rejections.clear();
    }

    /**
     * A block was written; {@code ready} is told each chunk that can be hashed now.
     *
     * @param current whether the block is of the object as it is attached now
     */
    void onWritten(SourceBlock block, boolean current, LongConsumer ready) {
        if (current) {
            written.add(block.blockNumber());
        }
        long last = (block.offset() + block.byteCount() - 1) / object.chunkSize();
        for (long chunk = block.offset() / object.chunkSize(); chunk <= last; chunk++) {
            if (!block.known().contains(chunk) && verified.remove(chunk)) {
                verifiedBytes -= object.chunks().chunkLength(chunk);
            }
            if (verified.contains(chunk)) {
                continue;
            }
            if (hashing.computeIfPresent(chunk, (unused, dirty) -> true) == null && isWritten(chunk)) {
                hashing.put(chunk, false);
                ready.accept(chunk);
            }
        }
    }

    /** A chunk was hashed; returns what to do about it. */
    Verdict onHashed(long chunk, byte[] leafHash, ReceiverMachine receiver) {
        Boolean dirty = hashing.remove(chunk);
        if (dirty == null) {
            throw new IllegalArgumentException("chunk " + chunk + " was not being hashed");
        }
        if (dirty) {
            if (isWritten(chunk)) {
                hashing.put(chunk, false);
                return Verdict.AGAIN;
            }
            return Verdict.MISSING;
        }
        if (object.chunks().matches(chunk, leafHash)) {
            verify(chunk);
            return Verdict.VERIFIED;
        }
        rejections.merge(chunk, 1, Integer::sum);
        if (incoming != null) {
            long last = lastBlock(chunk);
            for (long block = firstBlock(chunk); block <= last; block++) {
                written.remove(block);
                receiver.reject(incoming, block);
            }
            receiver.know(incoming, verifiedChunks());
        }
        return Verdict.REJECTED;
    }

    /** What became of a chunk that was hashed. */
    enum Verdict {
        /** It matches. */
        VERIFIED,
        /** It does not match: its blocks are asked for again. */
        REJECTED,
        /** It was written to meanwhile: hash it again. */
        AGAIN,
        /** It was written to meanwhile, and is not whole: it will be ready again. */
        MISSING
    }

    int rejections(long chunk) {
        return rejections.getOrDefault(chunk, 0);
    }

    long chunkOffset(long chunk) {
        return chunk * object.chunkSize();
    }

    private KnownChunks verifiedChunks() {
        BlockSet chunks = new BlockSet(verified.size());
        chunks.addAll(verified);
        return new KnownChunks(object.chunkSize(), chunks);
    }

    private void verify(long chunk) {
        if (verified.add(chunk)) {
            verifiedBytes += object.chunks().chunkLength(chunk);
        }
    }

    private boolean isWritten(long chunk) {
        return written != null && written.nextMissing(firstBlock(chunk)) > lastBlock(chunk);
    }

    private long firstBlock(long chunk) {
        return incoming.partition().blockAt(chunkOffset(chunk));
    }

    private long lastBlock(long chunk) {
        return incoming.partition().blockAt(chunkOffset(chunk) + object.chunks().chunkLength(chunk) - 1);
    }
}

package dev.mimeo.internal;

import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.fec.ReedSolomon;
import dev.mimeo.protocol.manifest.ChunkHasher;
import java.nio.ByteBuffer;

/** What one disk thread works with: a coder, a hasher and a buffer, each made when first needed. Confined to its thread. */
final class Workbench {
    private static final int BUFFER_LENGTH = 1 << 18;

    private ReedSolomon coder;
    private ChunkHasher hasher;
    private boolean isInChunk;
    private ByteBuffer buffer;

    /** Returns the coder for blocks of an object. */
    ReedSolomon coder(TransmissionInformation information) {
        if (coder == null || !coder.serves(information)) {
            coder = new ReedSolomon(information);
        }
        return coder;
    }

    /** Begins a chunk; one that was begun and not ended is forgotten. */
    ChunkHasher newChunk() {
        if (hasher == null || isInChunk) {
            hasher = new ChunkHasher();
        }
        isInChunk = true;
        return hasher;
    }

    /** Ends the chunk and returns its leaf hash, in an array of its own. */
    byte[] endChunk() {
        isInChunk = false;
        return hasher.leaf().clone();
    }

    /** Returns the cleared buffer of 256 KiB. */
    ByteBuffer buffer() {
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(BUFFER_LENGTH);
        }
        return buffer.clear();
    }
}

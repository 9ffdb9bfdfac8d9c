package dev.mimeo.protocol.manifest;

import java.nio.ByteBuffer;

/** Hashes chunks into leaves: SHA-256 over a zero byte and the chunk (RFC 9162, section 2.1.1). One thread. */
public final class ChunkHasher {
    /** Adds bytes of the current chunk. */
    public void update(ByteBuffer bytes) {
        throw new UnsupportedOperationException();
    }

    /** Ends the chunk and returns its leaf hash in an array that the next call overwrites. */
    public byte[] leaf() {
        throw new UnsupportedOperationException();
    }
}

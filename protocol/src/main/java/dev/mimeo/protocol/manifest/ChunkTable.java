package dev.mimeo.protocol.manifest;

/** The chunks of one object: which are zero, and the digests of the others. Immutable. */
public final class ChunkTable {
    private ChunkTable() {}

    /** Number of chunks. */
    public long count() {
        throw new UnsupportedOperationException();
    }

    /** Whether every byte of the chunk is zero. */
    public boolean isZero(long chunk) {
        throw new UnsupportedOperationException();
    }

    /** Leaf hash of a chunk (computed for zero chunks). */
    public Digest digest(long chunk) {
        throw new UnsupportedOperationException();
    }

    /** Whether a leaf hash is the one the table states; no allocation. */
    public boolean matches(long chunk, byte[] leafHash) {
        throw new UnsupportedOperationException();
    }
}

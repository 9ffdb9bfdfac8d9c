package dev.mimeo.protocol.fec;

import dev.mimeo.protocol.SourceBlock;

/** The erasure code. */
public final class ReedSolomon {
    /** For blocks of at most {@code maximumBlockLength} source symbols and {@code parityCount} parity symbols. */
    public ReedSolomon(int maximumBlockLength, int parityCount) {
        throw new UnsupportedOperationException();
    }

    /** Computes parity rows first (inclusive) to end (exclusive) of a complete block in place and marks them. */
    public void encode(SourceBlock block, int first, int end) {
        throw new UnsupportedOperationException();
    }

    /** Computes the missing source symbols of a decodable block in place and marks them. */
    public void reconstruct(SourceBlock block) {
        throw new UnsupportedOperationException();
    }
}

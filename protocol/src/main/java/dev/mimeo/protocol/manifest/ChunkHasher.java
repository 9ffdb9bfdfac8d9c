package dev.mimeo.protocol.manifest;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Hashes chunks into leaves: SHA-256 over a zero byte and the chunk (RFC 9162, section 2.1.1).
 *
 * <p>One hasher serves chunk after chunk of any length, without allocation. Confined to one thread; a disk thread has its
 * own.
 */
public final class ChunkHasher {
    private final MessageDigest sha256 = Sha256.start();
    private final byte[] leaf = new byte[Digest.LENGTH];

    /** Makes a hasher that waits for the first byte of a chunk. */
    public ChunkHasher() {
        sha256.update(Sha256.LEAF);
    }

    /** Adds bytes of the current chunk: position to limit, heap or direct. Leaves the position at the limit. */
    public void update(ByteBuffer bytes) {
        sha256.update(bytes);
    }

    /** Ends the chunk, starts the next one, and returns the leaf hash in an array that the next call overwrites. */
    public byte[] leaf() {
        Sha256.finish(sha256, leaf, 0);
        sha256.update(Sha256.LEAF);
        return leaf;
    }
}

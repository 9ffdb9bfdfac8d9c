package dev.mimeo.protocol.manifest;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Leaf hashes of chunks that are all zeros.
 *
 * <p>They follow from the length alone. A full chunk has one of few lengths, but the last chunk of an object may have any,
 * up to 64 MiB, and the other side chooses it: hashing that many zeros for each of thousands of objects would take an
 * hour. So the state of SHA-256 is kept after every {@value #STEP} bytes, and a length costs only what lies behind the
 * last of these states: 2,048 states of some 200 bytes at most, made when they are first needed.
 *
 * <p>Any thread.
 */
final class ZeroLeaf {
    private static final int STEP = 32 << 10;

    private static final byte[] ZEROS = new byte[STEP];
    private static final List<MessageDigest> STATES = new ArrayList<>();
    /** Of full chunks, whose sizes are powers of two: by the exponent, each computed when first asked for. */
    private static final AtomicReferenceArray<byte[]> FULL = new AtomicReferenceArray<>(Integer.SIZE);

    private ZeroLeaf() {}

    /**
     * Returns the leaf hash of a full chunk of zeros; many share the array, nobody changes it.
     *
     * @param chunkSize as in {@link ImageObject}
     */
    static byte[] ofFull(int chunkSize) {
        int exponent = Integer.numberOfTrailingZeros(chunkSize);
        byte[] known = FULL.get(exponent);
        if (known == null) {
            known = of(chunkSize);
            FULL.set(exponent, known);
        }
        return known;
    }

    /**
     * Returns the leaf hash of {@code length} zeros in a new array.
     *
     * @param length 0 to the largest chunk size
     */
    static byte[] of(int length) {
        if (length < 0 || length > ImageObject.LARGEST_CHUNK_SIZE) {
            throw new IllegalArgumentException("a chunk of " + length + " bytes");
        }
        try {
            MessageDigest sha256 = stateAfter(length / STEP);
            sha256.update(ZEROS, 0, length % STEP);
            return sha256.digest();
        } catch (CloneNotSupportedException e) {
            return fromTheStart(length);
        }
    }

    /** Returns a copy of the state after {@code steps} steps. */
    private static synchronized MessageDigest stateAfter(int steps) throws CloneNotSupportedException {
        if (STATES.isEmpty()) {
            MessageDigest sha256 = Sha256.start();
            sha256.update(Sha256.LEAF);
            STATES.add((MessageDigest) sha256.clone());
        }
        while (STATES.size() <= steps) {
            MessageDigest next = (MessageDigest) STATES.get(STATES.size() - 1).clone();
            next.update(ZEROS);
            STATES.add(next);
        }
        return (MessageDigest) STATES.get(steps).clone();
    }

    /** For a provider whose states cannot be copied. */
    private static byte[] fromTheStart(int length) {
        MessageDigest sha256 = Sha256.start();
        sha256.update(Sha256.LEAF);
        for (int left = length; left > 0; left -= STEP) {
            sha256.update(ZEROS, 0, Math.min(left, STEP));
        }
        return sha256.digest();
    }
}

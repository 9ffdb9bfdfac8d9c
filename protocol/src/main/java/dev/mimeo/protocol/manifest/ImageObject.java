package dev.mimeo.protocol.manifest;

import java.util.Objects;

/**
 * One object of an image.
 *
 * <p>The name is for people, and for a receiver that stores several objects in a directory of its own choice. It is one
 * segment that means the same file on every system; see {@link Names#segmentFault}.
 *
 * @param name a display name, never a path: 1 to 255 characters
 * @param length bytes, 0 to 2^48 - 1
 * @param chunkSize bytes in a chunk, a power of two from 4 KiB to 64 MiB, and large enough that there are at most
 *     4,194,304 chunks; the last chunk may be shorter
 * @param sha256 of the whole object, as whoever made the manifest computed it; not checked, and not part of the identity
 * @param chunks the digests that are checked
 */
public record ImageObject(String name, long length, int chunkSize, Digest sha256, ChunkTable chunks) {
    /** Most bytes in an object: what the 48 bits of NORM's transfer length can state (RFC 5740, section 4.2.1). */
    public static final long LARGEST_LENGTH = (1L << 48) - 1;
    /** Fewest bytes in a chunk. */
    public static final int SMALLEST_CHUNK_SIZE = 4 << 10;
    /** Most bytes in a chunk. */
    public static final int LARGEST_CHUNK_SIZE = 64 << 20;
    /**
     * Most chunks in an object, 2^22: what an object of 2^48 bytes has with the largest chunks. A receiver keeps a bit for
     * each chunk, while a run of zero chunks costs the other side two bytes.
     */
    public static final int LARGEST_CHUNK_COUNT = 1 << 22;

    /** Refuses what contradicts itself or the limits. */
    public ImageObject {
        String fault = fault(name, length, chunkSize);
        if (fault == null && (chunks.length() != length || chunks.chunkSize() != chunkSize)) {
            fault = "an object of " + length + " bytes in chunks of " + chunkSize + " has a table for "
                    + chunks.length() + " bytes in chunks of " + chunks.chunkSize();
        }
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
        Objects.requireNonNull(sha256);
    }

    /**
     * Says what is wrong with the name and the sizes, for decoders that must not throw {@link IllegalArgumentException}.
     *
     * @return null if nothing is
     */
    public static String fault(String name, long length, int chunkSize) {
        String fault = Names.segmentFault(name);
        return fault != null ? "object name: " + fault : sizeFault(length, chunkSize);
    }

    /** Says what is wrong with the sizes; null if nothing is. */
    static String sizeFault(long length, int chunkSize) {
        if (length < 0 || length > LARGEST_LENGTH) {
            return "object length " + length + " is not within 0 to 2^48 - 1";
        }
        if (chunkSize < SMALLEST_CHUNK_SIZE || chunkSize > LARGEST_CHUNK_SIZE || Integer.bitCount(chunkSize) != 1) {
            return "chunk size " + chunkSize + " is not a power of two from 4 KiB to 64 MiB";
        }
        if (chunkCount(length, chunkSize) > LARGEST_CHUNK_COUNT) {
            return "chunks of " + chunkSize + " bytes are too small for an object of " + length
                    + ": it would have more than " + LARGEST_CHUNK_COUNT;
        }
        return null;
    }

    /** How many chunks an object has, the last one perhaps short. */
    static long chunkCount(long length, int chunkSize) {
        return length / chunkSize + (length % chunkSize == 0 ? 0 : 1);
    }
}

package dev.mimeo.protocol.manifest;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What an image is.
 *
 * <p>The identity of an image is its {@link #root()}: it follows from the lengths, chunk sizes and bytes of the objects, in
 * their order, and from nothing else. Names, version, times, serial and flags are not part of it: an image that was renamed is
 * the same image, and whoever holds its bytes has nothing to fetch. A signature, where there is one, is not part of it
 * either, but covers the exact bytes of the manifest before it and so all of it.
 *
 * @param name display name, 1 to 255 characters; see {@link Names#fault}
 * @param version what its maker calls this version, up to 255 characters, may be empty
 * @param createdEpochSecond when the manifest was made, from 1970 (0) to the end of the year 9999
 * @param flags see the constants; others are refused
 * @param serial grows from one version of the image to the next, so that a receiver can refuse one that is older than it
 *     wants; 0 if it has none
 * @param notAfterEpochSecond the last second in which it may be taken, up to the end of the year 9999; 0 if there is none
 * @param objects in the order in which they are numbered, 1 to 65,535; their names differ in more than upper and lower case
 * @param signature over {@link ManifestCodec#encode} of the same manifest without it; whether it is right is not looked at
 */
public record Manifest(
        String name,
        String version,
        long createdEpochSecond,
        int flags,
        long serial,
        long notAfterEpochSecond,
        List<ImageObject> objects,
        Optional<ManifestSignature> signature) {
    /** The maker allows the image to be sent by multicast. */
    public static final int ALLOW_MULTICAST = 1;
    /** The maker wants the image encrypted on the network. */
    public static final int ENCRYPT = 2;
    /** The maker wants the image sent by multicast only, never to one machine. */
    public static final int MULTICAST_ONLY = 4;

    /** Most objects: what an announcement can count. */
    public static final int LARGEST_OBJECT_COUNT = 65_535;
    /** Most chunks in all objects together: a receiver keeps a bit for each. Enough for 1 PiB of the largest chunks. */
    public static final int LARGEST_CHUNK_COUNT = 1 << 24;
    /** 9999-12-31T23:59:59Z, the last second with a year of four digits. */
    public static final long LATEST_EPOCH_SECOND = 253_402_300_799L;

    private static final int ALL_FLAGS = ALLOW_MULTICAST | ENCRYPT | MULTICAST_ONLY;
    private static final int USUAL_CHUNK_SIZE = 1 << 20;
    private static final int USUAL_CHUNK_COUNT = 1 << 16;

    /** Refuses what contradicts itself or the limits. */
    public Manifest {
        objects = List.copyOf(objects);
        String fault = fault(name, version, createdEpochSecond, flags, serial, notAfterEpochSecond, objects);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
        Objects.requireNonNull(signature, "signature");
    }

    /** Makes one without a serial, an end of its time, or a signature. */
    public Manifest(String name, String version, long createdEpochSecond, int flags, List<ImageObject> objects) {
        this(name, version, createdEpochSecond, flags, 0, 0, objects, Optional.empty());
    }

    /** Returns the same manifest with a signature in the place of one that it has. */
    public Manifest signed(Optional<ManifestSignature> signature) {
        return new Manifest(name, version, createdEpochSecond, flags, serial, notAfterEpochSecond, objects, signature);
    }

    /**
     * Says what is wrong with the values, for decoders that must not throw {@link IllegalArgumentException}.
     *
     * @return null if a manifest can be made of them
     */
    public static String fault(
            String name,
            String version,
            long createdEpochSecond,
            int flags,
            long serial,
            long notAfterEpochSecond,
            List<ImageObject> objects) {
        String fault = Names.fault(name);
        if (fault != null) {
            return "image name: " + fault;
        }
        fault = Names.textFault(version);
        if (fault != null) {
            return "image version: " + fault;
        }
        if (createdEpochSecond < 0 || createdEpochSecond > LATEST_EPOCH_SECOND) {
            return "creation time " + createdEpochSecond + " is not within 0 to " + LATEST_EPOCH_SECOND;
        }
        if ((flags & ~ALL_FLAGS) != 0) {
            return String.format("flags 0x%08x are not known", flags & ~ALL_FLAGS);
        }
        if (serial < 0) {
            return "serial " + Long.toUnsignedString(serial) + " is not within 0 to 2^63 - 1";
        }
        if (notAfterEpochSecond < 0 || notAfterEpochSecond > LATEST_EPOCH_SECOND) {
            return "the end of its time " + notAfterEpochSecond + " is not within 0 to " + LATEST_EPOCH_SECOND;
        }
        return objectsFault(objects);
    }

    /**
     * Returns the chunk size for an object of {@code length} bytes: 1 MiB, doubled until the object has at most 65,536
     * chunks, at most 64 MiB.
     */
    public static int chunkSizeFor(long length) {
        if (length < 0 || length > ImageObject.LARGEST_LENGTH) {
            throw new IllegalArgumentException("object length " + length + " is not within 0 to 2^48 - 1");
        }
        int chunkSize = USUAL_CHUNK_SIZE;
        while (chunkSize < ImageObject.LARGEST_CHUNK_SIZE
                && ImageObject.chunkCount(length, chunkSize) > USUAL_CHUNK_COUNT) {
            chunkSize *= 2;
        }
        return chunkSize;
    }

    /**
     * Returns the identity of the image: the hash of the tree (RFC 9162, section 2.1.1) that has, for each object, one leaf
     * over its length (8 bytes, big endian), its chunk size (4 bytes), its SHA-256 (32 bytes) and the
     * {@linkplain ChunkTable#root() root of its chunks} (32 bytes).
     */
    public Digest root() {
        MerkleTree tree = new MerkleTree();
        ChunkHasher hasher = new ChunkHasher();
        ByteBuffer leaf = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + 2 * Digest.LENGTH);
        for (ImageObject object : objects) {
            leaf.clear();
            leaf.putLong(object.length()).putInt(object.chunkSize());
            leaf.put(object.sha256().bytes()).put(object.chunks().root().bytes());
            hasher.update(leaf.flip());
            tree.add(hasher.leaf());
        }
        return tree.root();
    }

    /** Returns the bytes in all objects. */
    public long length() {
        long length = 0;
        for (ImageObject object : objects) {
            length = Math.addExact(length, object.length());
        }
        return length;
    }

    private static String objectsFault(List<ImageObject> objects) {
        if (objects.isEmpty() || objects.size() > LARGEST_OBJECT_COUNT) {
            return objects.size() + " objects; an image has 1 to " + LARGEST_OBJECT_COUNT;
        }
        Set<String> names = new HashSet<>();
        long chunks = 0;
        for (ImageObject object : objects) {
            if (!names.add(object.name().toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT))) {
                return "two objects have the name \"" + object.name() + "\"";
            }
            chunks += object.chunks().count();
        }
        return chunksFault(chunks);
    }

    /** Says that there are too many chunks. The bound also keeps the length within 2^50, so that it cannot overflow. */
    static String chunksFault(long chunks) {
        return chunks > LARGEST_CHUNK_COUNT
                ? chunks + " chunks; at most " + LARGEST_CHUNK_COUNT + " are allowed: use larger chunks"
                : null;
    }
}

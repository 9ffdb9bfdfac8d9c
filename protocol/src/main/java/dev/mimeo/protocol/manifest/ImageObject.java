package dev.mimeo.protocol.manifest;

/**
 * One object of an image.
 *
 * @param name a display name, never a path: 1 to 255 characters
 * @param length bytes, 0 to 2^48 - 1
 * @param chunkSize bytes in a chunk, a power of two from 4 KiB to 64 MiB; the last chunk may be shorter
 * @param sha256 of the whole object, as whoever made the manifest computed it
 * @param chunks the digests that are checked
 */
public record ImageObject(String name, long length, int chunkSize, Digest sha256, ChunkTable chunks) {}

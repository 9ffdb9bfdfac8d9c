package dev.mimeo.protocol.manifest;

import java.util.List;

/**
 * What an image is.
 *
 * @param name display name, 1 to 255 characters
 * @param version what its maker calls this version, up to 255 characters, may be empty
 * @param createdEpochSecond when the manifest was made
 * @param flags see the constants
 * @param objects in the order in which they are numbered
 */
public record Manifest(String name, String version, long createdEpochSecond, int flags, List<ImageObject> objects) {

    /** Identity of the image: root of the hash tree over the objects. */
    public Digest root() {
        throw new UnsupportedOperationException();
    }

    /** Bytes in all objects. */
    public long length() {
        throw new UnsupportedOperationException();
    }
}

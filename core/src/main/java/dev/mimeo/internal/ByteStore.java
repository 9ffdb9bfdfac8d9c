package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.nio.ByteBuffer;

/** Bytes at offsets. Every method may be called by several threads at once. */
interface ByteStore {
    /** Writes from the position of {@code bytes} to its limit. */
    void write(ByteBuffer bytes, long offset) throws StorageException;

    /** Returns whether it is known without reading that bytes, of which there are as many, are zeros. */
    default boolean isHole(long offset, int length) {
        return false;
    }

    /** Reads from the position of {@code bytes} to its limit; there is as much. */
    void read(ByteBuffer bytes, long offset) throws StorageException;
}

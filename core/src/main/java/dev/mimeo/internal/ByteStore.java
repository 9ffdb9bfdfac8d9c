package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.nio.ByteBuffer;

/** Bytes at offsets. Both methods may be called by several threads at once. */
interface ByteStore {
    /** Writes from the position of {@code bytes} to its limit. */
    void write(ByteBuffer bytes, long offset) throws StorageException;

    /** Reads from the position of {@code bytes} to its limit; there is as much. */
    void read(ByteBuffer bytes, long offset) throws StorageException;
}

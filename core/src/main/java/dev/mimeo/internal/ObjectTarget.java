package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What holds one object of an image: open, and locked against other receivers.
 *
 * <pre>
 *   open --begin--> written and read --force--> durable --publish--> in its place --close-->
 *     |                    |                       |
 *     +--------------------+-----------------------+------- close: what is verified is kept
 * </pre>
 *
 * <p>{@code write}, {@code read}, {@code keep} and {@code force} may be called by several threads at once; the others by one, when
 * no other call runs.
 */
interface ObjectTarget extends ByteStore, Closeable {
    /** Returns how many bytes, from the start, may hold something that was there; behind them everything is a hole. */
    long heldLength();

    /** Returns an older version, which is elsewhere: what it has can be copied. Valid until {@code publish}. */
    Optional<TargetChannel> older();

    /** The older version is the object, byte for byte: nothing needs to be written. */
    void keepOlder();

    /** Nothing that it holds is of the object: what stands in the way may be dropped. */
    void clear() throws StorageException;

    /** Gives it the object's length, before the first byte is written. */
    void begin(long length) throws StorageException;

    /** Something that it holds is verified: worth keeping if the transfer fails. */
    void keep();

    /** Makes everything that was written durable. */
    void force() throws StorageException;

    /** Puts the durable object in its place. */
    void publish() throws StorageException;

    /** Returns where the object is once it is published; empty if it has no path. */
    Optional<Path> path();

    /** Returns whether what is written at an offset takes room in the file system that was not taken before. */
    boolean takesRoom(long offset);

    @Override
    void close();
}

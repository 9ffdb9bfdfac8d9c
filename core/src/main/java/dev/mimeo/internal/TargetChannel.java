package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A channel that something is stored in: continues what is short; a failure says what failed, where and why. Any thread. */
final class TargetChannel implements ByteStore, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(TargetChannel.class);

    private final FileChannel channel;
    private final String name;
    private final Optional<Room> room;
    private final Holes holes;

    /**
     * Takes a channel over.
     *
     * @param name what people call it
     * @param room that writing takes from its file system; empty if it takes none
     * @param holes of its file
     */
    TargetChannel(FileChannel channel, String name, Optional<Room> room, Holes holes) {
        this.channel = channel;
        this.name = name;
        this.room = room;
        this.holes = holes;
    }

    @Override
    public void write(ByteBuffer bytes, long offset) throws StorageException {
        int length = bytes.remaining();
        try {
            for (long at = offset; bytes.hasRemaining(); ) {
                at += channel.write(bytes, at);
            }
        } catch (IOException e) {
            String shortage = room.map(Room::shortage).orElse("");
            throw new StorageException(
                    "Cannot write " + length + " bytes at offset " + offset + " of " + name + ": " + Reason.of(e)
                            + (shortage.isEmpty() ? "" : "; " + shortage),
                    e);
        }
        room.ifPresent(taken -> taken.taken(length));
    }

    @Override
    public void read(ByteBuffer bytes, long offset) throws StorageException {
        try {
            for (long at = offset; bytes.hasRemaining(); ) {
                int count = channel.read(bytes, at);
                if (count < 0) {
                    throw new IOException("it ends at " + at + " bytes; somebody else has cut it");
                }
                at += count;
            }
        } catch (IOException e) {
            throw new StorageException("Cannot read " + name + " at offset " + offset + ": " + Reason.of(e), e);
        }
    }

    @Override
    public boolean isHole(long offset, int length) {
        return holes.contain(offset, length);
    }

    /** Returns how many bytes there are; of a block device, all it has. */
    long size() throws StorageException {
        try {
            return channel.size();
        } catch (IOException e) {
            throw new StorageException("Cannot find the size of " + name + ": " + Reason.of(e), e);
        }
    }

    /** Cuts what is longer than {@code length}. */
    void truncate(long length) throws StorageException {
        try {
            channel.truncate(length);
        } catch (IOException e) {
            throw new StorageException("Cannot cut " + name + " to " + length + " bytes: " + Reason.of(e), e);
        }
    }

    /** Makes what is shorter {@code length} bytes long; the rest is a hole. */
    void extend(long length) throws StorageException {
        if (size() < length) {
            write(ByteBuffer.allocate(1), length - 1);
        }
    }

    /** Makes everything that was written durable. */
    void force() throws IOException {
        channel.force(true);
    }

    /** Keeps other receivers out until the channel is closed; fails if one is there. */
    void lock() throws StorageException {
        boolean isLocked;
        try {
            isLocked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            isLocked = false;
        } catch (IOException e) {
            LOG.warn("{} cannot be locked ({}): see that no other receiver uses it", name, Reason.of(e));
            return;
        }
        if (!isLocked) {
            throw new StorageException("Cannot receive into " + name
                    + ": another receiver uses it; wait until it has ended, or choose another target");
        }
    }

    @Override
    public void close() {
        Opening.closeQuietly(channel);
        holes.close();
    }

    @Override
    public String toString() {
        return name;
    }
}

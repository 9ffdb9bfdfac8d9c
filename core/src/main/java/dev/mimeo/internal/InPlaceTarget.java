package dev.mimeo.internal;

import dev.mimeo.ImageTarget;
import dev.mimeo.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A file, block device or channel that is changed in place: it has its name from the start, its content at the end. */
final class InPlaceTarget implements ObjectTarget {
    private final TargetChannel channel;
    private final Kind kind;
    private final Optional<Path> path;
    private final long heldLength;

    private enum Kind {
        /** A regular file: gets exactly the length of the object. */
        FILE,
        /** A block device: has the length that it has. */
        DEVICE,
        /** A channel of the caller: gets at least the length of the object, and is not closed. */
        CHANNEL
    }

    private InPlaceTarget(TargetChannel channel, Kind kind, Optional<Path> path) throws StorageException {
        this.channel = channel;
        this.kind = kind;
        this.path = path;
        this.heldLength = channel.size();
    }

    /** Opens and locks a regular file; creates it if there is none. */
    static InPlaceTarget open(ImageTarget.InPlace target, Room room, TargetStorage storage) throws StorageException {
        Path path = target.path().toAbsolutePath();
        if (Files.isDirectory(path)) {
            throw new StorageException("Cannot receive into " + path + ": it is a directory; name a file in it");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new StorageException(
                    "Cannot receive into " + path + ": it is not a regular file; a block device is another target");
        }
        FileChannel channel;
        try {
            channel = storage.open(
                    path,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SPARSE);
        } catch (IOException e) {
            throw new StorageException("Cannot open " + path + " to receive into: " + Reason.of(e), e);
        }
        return locked(new TargetChannel(channel, path.toString(), Optional.of(room), Holes.of(path)), Kind.FILE, path);
    }

    /** Opens and locks a block device that is what it should be and is not in use. */
    static InPlaceTarget open(ImageTarget.Device target, long length, TargetStorage storage) throws StorageException {
        BlockDevice device = BlockDevice.find(target.path());
        device.checkIdentity(target.expectedIdentity());
        device.checkUnused();
        FileChannel channel;
        try {
            channel = storage.open(device.path(), StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new StorageException("Cannot open " + device + " to receive into: " + Reason.of(e), e);
        }
        InPlaceTarget opened = locked(
                new TargetChannel(channel, device.toString(), Optional.empty(), Holes.NONE),
                Kind.DEVICE,
                target.path());
        try {
            device.checkSize(opened.heldLength, target.expectedSize(), length);
            return opened;
        } catch (StorageException e) {
            opened.close();
            throw e;
        }
    }

    private static InPlaceTarget locked(TargetChannel channel, Kind kind, Path path) throws StorageException {
        try (Opening opening = new Opening()) {
            opening.add(channel).lock();
            InPlaceTarget target = new InPlaceTarget(channel, kind, Optional.of(path));
            opening.succeeded();
            return target;
        }
    }

    /** Uses a channel of the caller. */
    static InPlaceTarget open(ImageTarget.Channel target) throws StorageException {
        return new InPlaceTarget(
                new TargetChannel(target.channel(), target.toString(), Optional.empty(), Holes.NONE),
                Kind.CHANNEL,
                Optional.empty());
    }

    @Override
    public long heldLength() {
        return heldLength;
    }

    @Override
    public Optional<TargetChannel> older() {
        return Optional.empty();
    }

    @Override
    public void keepOlder() {
        throw new IllegalStateException("there is none");
    }

    @Override
    public void clear() {}

    @Override
    public void begin(long length) throws StorageException {
        if (kind == Kind.FILE) {
            channel.truncate(length);
        }
        channel.extend(length);
    }

    @Override
    public void write(ByteBuffer bytes, long offset) throws StorageException {
        channel.write(bytes, offset);
    }

    @Override
    public void read(ByteBuffer bytes, long offset) throws StorageException {
        channel.read(bytes, offset);
    }

    @Override
    public boolean isHole(long offset, int length) {
        return channel.isHole(offset, length);
    }

    @Override
    public void keep() {}

    @Override
    public void force() throws StorageException {
        try {
            channel.force();
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot make " + channel + " durable: " + Reason.of(e)
                            + "; what it reads back may not be on it: receive into it afresh",
                    e);
        }
    }

    @Override
    public void publish() {}

    @Override
    public Optional<Path> path() {
        return path;
    }

    @Override
    public boolean takesRoom(long offset) {
        return kind == Kind.FILE && offset >= heldLength;
    }

    @Override
    public void close() {
        if (kind != Kind.CHANNEL) {
            channel.close();
        }
    }
}

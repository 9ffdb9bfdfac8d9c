package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** The file, or block device, that is sent. {@code read} may be called by several threads at once. */
final class SourceFile implements Closeable {
    private static final int FILE_TYPE = 0170000;
    private static final int BLOCK_DEVICE = 0060000;

    private final Path path;
    private final BlockReader.Content content;
    private final Closeable resource;
    private final long length;
    private final Optional<FileStamp> stamp;

    private SourceFile(Path path, FileChannel channel, long length, Optional<FileStamp> stamp) {
        this.path = path;
        this.content = (bytes, offset) -> read(channel, bytes, offset);
        this.resource = channel;
        this.length = length;
        this.stamp = stamp;
    }

    private SourceFile(Path path, ByteStore store, long length) {
        this.path = path;
        this.content = store::read;
        this.resource = () -> {};
        this.length = length;
        this.stamp = Optional.empty();
    }

    /** Opens a regular file or a block device. */
    static SourceFile open(Path path) throws StorageException {
        try (Opening opening = new Opening()) {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile() && !isBlockDevice(path)) {
                throw new StorageException("Cannot read " + path + ": it is not a regular file or block device");
            }
            FileChannel channel = opening.add(FileChannel.open(path, StandardOpenOption.READ));
            Optional<FileStamp> stamp = attributes.isRegularFile() ? Optional.of(FileStamp.of(path)) : Optional.empty();
            SourceFile file =
                    new SourceFile(path, channel, stamp.map(FileStamp::length).orElse(channel.size()), stamp);
            opening.succeeded();
            return file;
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new StorageException("Cannot read " + path + ": " + Reason.of(e), e);
        }
    }

    /** Takes over a file that nobody else knows. */
    static SourceFile spooled(Path path, FileChannel channel, long length) {
        return new SourceFile(path, channel, length, Optional.empty());
    }

    /** Reads from a store that somebody else writes to and closes. */
    static SourceFile stored(Path path, ByteStore store, long length) {
        return new SourceFile(path, store, length);
    }

    private static boolean isBlockDevice(Path path) throws IOException {
        try {
            return ((int) Files.getAttribute(path, "unix:mode") & FILE_TYPE) == BLOCK_DEVICE;
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    Path path() {
        return path;
    }

    /** Returns the length when it was opened. */
    long length() {
        return length;
    }

    /** Returns what told, when it was opened, whether the content is the same; empty if nothing does. */
    Optional<FileStamp> stamp() {
        return stamp;
    }

    /** Returns where it need not be read. */
    Holes holes() {
        return stamp.isPresent() ? Holes.of(path) : Holes.NONE;
    }

    /** Reads from the position of {@code bytes} to its limit. */
    void read(ByteBuffer bytes, long offset) throws IOException {
        content.read(bytes, offset);
    }

    private void read(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
        try {
            long at = offset;
            while (bytes.hasRemaining()) {
                int count = channel.read(bytes, at);
                if (count < 0) {
                    throw new IOException("it ends at " + at + " of " + length + " bytes; somebody has cut it");
                }
                at += count;
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new StorageException("Cannot read " + path + " at offset " + offset + ": " + Reason.of(e), e);
        }
    }

    /** Fails if the file is no longer what it was when it was opened. */
    void checkUnchanged() throws StorageException {
        if (stamp.isEmpty()) {
            return;
        }
        Optional<String> difference;
        try {
            difference = stamp.get().differenceFrom(FileStamp.of(path));
        } catch (IOException e) {
            throw new StorageException("Cannot read " + path + ": " + Reason.of(e), e);
        }
        if (difference.isPresent()) {
            throw new StorageException(
                    path + " has changed while it was read (" + difference.get() + "); try again when it is done");
        }
    }

    @Override
    public void close() {
        Opening.closeQuietly(resource);
    }
}

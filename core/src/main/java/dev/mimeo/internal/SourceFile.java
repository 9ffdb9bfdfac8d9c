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
import java.time.Instant;

/** The file, or block device, that is sent. {@code read} may be called by several threads at once. */
final class SourceFile implements Closeable {
    private static final int FILE_TYPE = 0170000;
    private static final int BLOCK_DEVICE = 0060000;

    private final Path path;
    private final FileChannel channel;
    private final long length;
    private final Instant modified;
    private final boolean isRegular;

    private SourceFile(Path path, FileChannel channel, long length, Instant modified, boolean isRegular) {
        this.path = path;
        this.channel = channel;
        this.length = length;
        this.modified = modified;
        this.isRegular = isRegular;
    }

    /** Opens a regular file or a block device. */
    static SourceFile open(Path path) throws StorageException {
        try (Opening opening = new Opening()) {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile() && !isBlockDevice(path)) {
                throw new StorageException("Cannot read " + path + ": it is not a regular file or block device");
            }
            FileChannel channel = opening.add(FileChannel.open(path, StandardOpenOption.READ));
            SourceFile file = new SourceFile(
                    path,
                    channel,
                    channel.size(),
                    attributes.lastModifiedTime().toInstant(),
                    attributes.isRegularFile());
            opening.succeeded();
            return file;
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new StorageException("Cannot read " + path + ": " + Reason.of(e), e);
        }
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

    /** Returns the modification time when it was opened. */
    Instant modified() {
        return modified;
    }

    /** Returns whether length and modification time say that the content is the same. */
    boolean isRegular() {
        return isRegular;
    }

    /** Reads from the position of {@code bytes} to its limit. */
    void read(ByteBuffer bytes, long offset) throws IOException {
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
        try {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            if (isRegular
                    && (now.size() != length
                            || !now.lastModifiedTime().toInstant().equals(modified))) {
                throw new StorageException(path + " has changed while it was read; try again when it is done");
            }
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new StorageException("Cannot read " + path + ": " + Reason.of(e), e);
        }
    }

    @Override
    public void close() {
        Opening.closeQuietly(channel);
    }
}

package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that something received is written to: a temporary beside the target, which takes the target's place in one step once it
 * is durable. Full length from the start, holes wherever nothing is written.
 *
 * <p>{@code write} and {@code read} may be called by several threads at once; the others by one, when no other call runs.
 */
final class TargetFile implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(TargetFile.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    /** File systems allow names of 255 bytes; the temporary's has some more than the target's. */
    private static final int LONGEST_NAME_KEPT = 200;

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private boolean published;

    private TargetFile(Path target, Path temporary, FileChannel channel) {
        this.target = target;
        this.temporary = temporary;
        this.channel = channel;
    }

    /**
     * Checks the target and its room, and creates the temporary.
     *
     * @param length bytes in the file
     * @param contentLength those of them that are not known to be zero
     */
    static TargetFile create(Path path, long length, long contentLength, TargetStorage storage)
            throws StorageException {
        Path target = path.toAbsolutePath();
        Path directory = target.getParent();
        checkReplaceable(target);
        checkDirectory(target, directory);
        checkRoom(target, directory, contentLength, storage);
        Path temporary = directory.resolve(temporaryName(target.getFileName().toString()));
        try {
            TargetFile file = new TargetFile(target, temporary, storage.create(temporary));
            file.extend(length);
            return file;
        } catch (IOException e) {
            throw new StorageException("Cannot create " + temporary + " to receive into: " + Reason.of(e), e);
        }
    }

    private static void checkReplaceable(Path target) throws StorageException {
        try {
            BasicFileAttributes found =
                    Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (found.isDirectory()) {
                throw new StorageException("Cannot receive into " + target + ": it is a directory; name a file in it");
            }
            if (found.isOther()) {
                throw new StorageException(
                        "Cannot receive into " + target + ": it is neither a regular file nor free; name another");
            }
        } catch (NoSuchFileException e) {
            LOG.trace("{} is free", target, e);
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new StorageException("Cannot receive into " + target + ": " + Reason.of(e), e);
        }
    }

    private static void checkDirectory(Path target, Path directory) throws StorageException {
        if (!Files.isDirectory(directory)) {
            throw new StorageException(
                    "Cannot receive into " + target + ": there is no directory " + directory + "; create it");
        }
    }

    private static void checkRoom(Path target, Path directory, long needed, TargetStorage storage)
            throws StorageException {
        long free;
        try {
            free = storage.usableBytes(directory);
        } catch (IOException e) {
            LOG.debug("The free space of {} is not known: {}", directory, Reason.of(e));
            return;
        }
        if (free < needed) {
            throw new StorageException("Cannot receive into " + target + ": it needs " + needed + " bytes, and " + free
                    + " are free in " + directory + "; free some, or choose another target");
        }
    }

    private static String temporaryName(String name) {
        boolean isKept = name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME_KEPT;
        byte[] random = new byte[8];
        RANDOM.nextBytes(random);
        return "." + (isKept ? name : "image") + ".mimeo-" + HexFormat.of().formatHex(random);
    }

    /** Gives the file its length: the rest is a hole. */
    private void extend(long length) throws IOException {
        if (length == 0) {
            return;
        }
        try {
            writeFully(ByteBuffer.wrap(new byte[1]), length - 1);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Writes from the position of {@code bytes} to its limit. */
    void write(ByteBuffer bytes, long offset) throws StorageException {
        int length = bytes.remaining();
        try {
            writeFully(bytes, offset);
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot write " + length + " bytes at offset " + offset + " of " + temporary + ", to become "
                            + target + ": " + Reason.of(e),
                    e);
        }
    }

    private void writeFully(ByteBuffer bytes, long offset) throws IOException {
        long at = offset;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    /** Reads from the position of {@code bytes} to its limit. */
    void read(ByteBuffer bytes, long offset) throws StorageException {
        try {
            long at = offset;
            while (bytes.hasRemaining()) {
                int count = channel.read(bytes, at);
                if (count < 0) {
                    throw new IOException("it ends at " + at + " bytes; somebody else has cut it");
                }
                at += count;
            }
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot read back " + temporary + ", to become " + target + ", at offset " + offset + ": "
                            + Reason.of(e),
                    e);
        }
    }

    /** Makes the content durable and puts it in the target's place. */
    void publish() throws StorageException {
        publish(target);
    }

    /** Makes the content durable and puts it in another place in the target's directory, which is as replaceable. */
    void publish(Path place) throws StorageException {
        checkReplaceable(place);
        try {
            channel.force(true);
            channel.close();
            moveTo(place);
            published = true;
        } catch (IOException e) {
            throw new StorageException("Cannot store " + temporary + " durably as " + place + ": " + Reason.of(e), e);
        }
        forceDirectory();
    }

    private void moveTo(Path place) throws IOException {
        try {
            Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the file system cannot replace a file in one step", e);
        }
    }

    /** Makes the new name durable, on systems where a directory can be forced. */
    private void forceDirectory() {
        try (FileChannel directory = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException e) {
            LOG.debug("The directory of {} cannot be forced to disk: {}", target, Reason.of(e));
        }
    }

    /** Closes the file, and removes it unless it was published. */
    @Override
    public void close() {
        Opening.closeQuietly(channel);
        if (!published) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                LOG.warn("The unfinished {} cannot be removed: {}", temporary, Reason.of(e));
            }
        }
    }
}

package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A path whose file is replaced by another of the same directory, in one step. */
final class Replaceable {
    private static final Logger LOG = LoggerFactory.getLogger(Replaceable.class);

    private final Path path;

    /** Any path; nothing is checked yet. */
    Replaceable(Path path) {
        this.path = path.toAbsolutePath();
    }

    Path path() {
        return path;
    }

    Path directory() {
        return path.getParent();
    }

    /** Fails unless the path is free or has a regular file or a link, in a directory that is there. */
    void check() throws StorageException {
        Optional<BasicFileAttributes> found = attributes(path);
        if (found.isPresent() && found.get().isDirectory()) {
            throw new StorageException("Cannot receive into " + path + ": it is a directory; name a file in it");
        }
        if (found.isPresent() && found.get().isOther()) {
            throw new StorageException(
                    "Cannot receive into " + path + ": it is neither a regular file nor free; name another");
        }
        if (!Files.isDirectory(directory())) {
            throw new StorageException(
                    "Cannot receive into " + path + ": there is no directory " + directory() + "; create it");
        }
    }

    /** Returns what is at a path, of a link the link itself; empty if it is free. */
    static Optional<BasicFileAttributes> attributes(Path path) throws StorageException {
        try {
            return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageException("Cannot receive into " + path + ": " + Reason.of(e), e);
        }
    }

    /** Puts a file of the same directory in its place, and makes the new name durable. */
    void replaceBy(Path file) throws IOException {
        try {
            Files.move(file, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the file system cannot replace a file in one step", e);
        }
        forceDirectory();
    }

    /** On systems where a directory can be forced. */
    private void forceDirectory() {
        try (FileChannel directory = FileChannel.open(directory(), StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException e) {
            LOG.debug("The directory of {} cannot be forced to disk: {}", path, Reason.of(e));
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}

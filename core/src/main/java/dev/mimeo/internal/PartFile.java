package dev.mimeo.internal;

import dev.mimeo.StorageException;
import dev.mimeo.protocol.manifest.Names;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A regular file that is replaced when the new one is verified. The new one grows beside it in {@code .NAME.mimeo-part}, a
 * name that the next receiver of the same target finds again: it goes on with what is there.
 *
 * <p>Whoever holds the lock owns the part file until it has its new name. Its content is trusted by nobody: it is hashed.
 * Only after a failure to force it is it removed, because what the system then reads back may not be what the disk has.
 */
final class PartFile implements ObjectTarget {
    private static final Logger LOG = LoggerFactory.getLogger(PartFile.class);
    /** File systems allow names of 255 bytes; the part file's has some more than the target's. */
    private static final int LONGEST_NAME_KEPT = 230;
    /** How often the part file may be published by its owner while we wait at the door. */
    private static final int MOST_ATTEMPTS = 10;

    private final Replaceable target;
    private final Path path;
    private final TargetChannel part;
    private final Optional<TargetChannel> older;
    private long heldLength;
    private boolean isOlderKept;
    private volatile boolean holdsContent;
    private volatile boolean isDoubtful;
    private boolean published;

    private PartFile(
            Replaceable target, Path path, TargetChannel part, Optional<TargetChannel> older, long heldLength) {
        this.target = target;
        this.path = path;
        this.part = part;
        this.older = older;
        this.heldLength = heldLength;
        // Until it is known better: nothing is lost by a transfer that ends before it has looked.
        this.holdsContent = heldLength > 0;
    }

    /** Checks the target, opens its part file, new or left behind, and locks it; then the older version, unless afresh. */
    static PartFile open(Path place, boolean fresh, Room room, TargetStorage storage) throws StorageException {
        Replaceable target = new Replaceable(place);
        target.check();
        Path path = pathFor(target.path());
        try (Opening opening = new Opening()) {
            TargetChannel part = opening.add(openLocked(path, target, room, storage));
            if (fresh) {
                part.truncate(0);
            }
            Optional<TargetChannel> older = fresh ? Optional.empty() : openOlder(target.path(), storage);
            PartFile file = new PartFile(target, path, part, older, part.size());
            opening.succeeded();
            return file;
        }
    }

    /** Returns the part file of a target: the same for every receiver. */
    static Path pathFor(Path target) {
        String name = target.getFileName().toString();
        String kept = name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME_KEPT
                ? name
                : Names.truncate(name, LONGEST_NAME_KEPT - 8) + Integer.toHexString(name.hashCode());
        return target.resolveSibling("." + kept + ".mimeo-part");
    }

    private static TargetChannel openLocked(Path path, Replaceable target, Room room, TargetStorage storage)
            throws StorageException {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Optional<Object> before = identity(path);
            try {
                TargetChannel part = new TargetChannel(
                        open(path, before.isPresent(), storage),
                        path + ", to become " + target,
                        Optional.of(room),
                        Holes.of(path));
                try (Opening opening = new Opening()) {
                    opening.add(part).lock();
                    // Its owner may have published it between our opening and locking it: then it is no part file.
                    Optional<Object> now = identity(path);
                    if (now.isPresent() && (before.isEmpty() || before.equals(now))) {
                        opening.succeeded();
                        return part;
                    }
                }
            } catch (FileAlreadyExistsException e) {
                LOG.trace("{} was created by another receiver", path, e);
            } catch (StorageException e) {
                throw e;
            } catch (IOException e) {
                throw new StorageException("Cannot open " + path + " to receive into: " + Reason.of(e), e);
            }
        }
        throw new StorageException(
                "Cannot receive into " + target + ": other receivers use " + path + "; choose another target");
    }

    private static FileChannel open(Path path, boolean exists, TargetStorage storage) throws IOException {
        return exists
                ? storage.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)
                : storage.open(
                        path,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.SPARSE);
    }

    /** Returns what tells a file from others; empty if there is none. Refuses what no receiver has left behind. */
    private static Optional<Object> identity(Path path) throws StorageException {
        Optional<BasicFileAttributes> found = Replaceable.attributes(path);
        if (found.isPresent() && (!found.get().isRegularFile() || hasOtherNames(path))) {
            throw new StorageException("Cannot receive into " + path
                    + ": it is not a file that a receiver has left behind; remove it, or choose another target");
        }
        return found.map(file -> Objects.requireNonNullElse(file.fileKey(), path));
    }

    private static boolean hasOtherNames(Path path) {
        try {
            return (int) Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS) > 1;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            LOG.trace("The links to {} cannot be counted", path, e);
            return false;
        }
    }

    private static Optional<TargetChannel> openOlder(Path path, TargetStorage storage) throws StorageException {
        if (Replaceable.attributes(path)
                .filter(BasicFileAttributes::isRegularFile)
                .isEmpty()) {
            return Optional.empty();
        }
        try {
            FileChannel older = storage.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(new TargetChannel(older, path.toString(), Optional.empty(), Holes.of(path)));
        } catch (IOException e) {
            LOG.info("What {} holds cannot be used: {}", path, Reason.of(e));
            return Optional.empty();
        }
    }

    @Override
    public long heldLength() {
        return heldLength;
    }

    @Override
    public Optional<TargetChannel> older() {
        return older;
    }

    @Override
    public void keepOlder() {
        isOlderKept = true;
    }

    @Override
    public void clear() throws StorageException {
        part.truncate(0);
        heldLength = 0;
        holdsContent = false;
    }

    @Override
    public void begin(long length) throws StorageException {
        if (!isOlderKept) {
            part.truncate(length);
            part.extend(length);
        }
    }

    /** What comes although nothing was missing has come by chance: the older version has it. */
    @Override
    public void write(ByteBuffer bytes, long offset) throws StorageException {
        if (!isOlderKept) {
            part.write(bytes, offset);
        }
    }

    @Override
    public void read(ByteBuffer bytes, long offset) throws StorageException {
        (isOlderKept ? older.orElseThrow() : part).read(bytes, offset);
    }

    @Override
    public boolean isHole(long offset, int length) {
        return (isOlderKept ? older.orElseThrow() : part).isHole(offset, length);
    }

    @Override
    public void keep() {
        holdsContent = true;
    }

    @Override
    public void force() throws StorageException {
        try {
            (isOlderKept ? older.orElseThrow() : part).force();
        } catch (IOException e) {
            isDoubtful = true;
            throw new StorageException(
                    "Cannot make " + path + " durable, to become " + target + ": " + Reason.of(e), e);
        }
    }

    @Override
    public void publish() throws StorageException {
        if (isOlderKept) {
            return;
        }
        target.check();
        older.ifPresent(TargetChannel::close);
        try {
            // Still locked, so that nobody takes it for a part file before it has its new name.
            target.replaceBy(path);
            published = true;
        } catch (IOException e) {
            throw new StorageException("Cannot store " + path + " as " + target + ": " + Reason.of(e), e);
        }
    }

    @Override
    public Optional<Path> path() {
        return Optional.of(target.path());
    }

    @Override
    public boolean takesRoom(long offset) {
        return !isOlderKept;
    }

    /** Closes the part file, and removes it if it holds nothing of use. */
    @Override
    public void close() {
        if (!published && (isOlderKept || isDoubtful || !holdsContent)) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                LOG.warn("The unfinished {} cannot be removed: {}", path, Reason.of(e));
            }
        }
        part.close();
        older.ifPresent(TargetChannel::close);
    }
}

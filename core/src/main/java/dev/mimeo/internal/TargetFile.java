package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that something received is written to: a temporary beside the target, which takes the target's place in one step
 * once it is durable. Full length from the start, holes wherever nothing is written.
 *
 * <p>{@code write} and {@code read} may be called by several threads at once; the others by one, when no other call runs.
 */
final class TargetFile implements ByteStore, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(TargetFile.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    /** File systems allow names of 255 bytes; the temporary's has some more than the target's. */
    private static final int LONGEST_NAME_KEPT = 200;

    private final Replaceable target;
    private final Path temporary;
    private final TargetChannel channel;
    private boolean published;

    private TargetFile(Replaceable target, Path temporary, TargetChannel channel) {
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
        Replaceable target = new Replaceable(path);
        target.check();
        Room room = new Room(target.directory(), storage);
        room.need(contentLength);
        room.check(target.path());
        Path temporary =
                target.directory().resolve(temporaryName(path.getFileName().toString()));
        TargetFile file = new TargetFile(target, temporary, open(temporary, target, room, storage));
        try {
            file.channel.extend(length);
            return file;
        } catch (StorageException e) {
            file.close();
            throw e;
        }
    }

    private static TargetChannel open(Path temporary, Replaceable target, Room room, TargetStorage storage)
            throws StorageException {
        try {
            return new TargetChannel(
                    storage.open(
                            temporary,
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.SPARSE),
                    temporary + ", to become " + target,
                    Optional.of(room),
                    Holes.NONE);
        } catch (IOException e) {
            throw new StorageException("Cannot create " + temporary + " to receive into: " + Reason.of(e), e);
        }
    }

    private static String temporaryName(String name) {
        boolean isKept = name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME_KEPT;
        byte[] random = new byte[8];
        RANDOM.nextBytes(random);
        return "." + (isKept ? name : "image") + ".mimeo-" + HexFormat.of().formatHex(random);
    }

    @Override
    public void write(ByteBuffer bytes, long offset) throws StorageException {
        channel.write(bytes, offset);
    }

    @Override
    public void read(ByteBuffer bytes, long offset) throws StorageException {
        channel.read(bytes, offset);
    }

    /** Makes the content durable and puts it in the target's place. */
    void publish() throws StorageException {
        publish(target.path());
    }

    /** Makes the content durable and puts it in another place in the target's directory, which is as replaceable. */
    void publish(Path path) throws StorageException {
        Replaceable place = new Replaceable(path);
        place.check();
        try {
            channel.force();
            channel.close();
            place.replaceBy(temporary);
            published = true;
        } catch (IOException e) {
            throw new StorageException("Cannot store " + temporary + " durably as " + place + ": " + Reason.of(e), e);
        }
    }

    /** Closes the file, and removes it unless it was published. */
    @Override
    public void close() {
        channel.close();
        if (!published) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                LOG.warn("The unfinished {} cannot be removed: {}", temporary, Reason.of(e));
            }
        }
    }
}

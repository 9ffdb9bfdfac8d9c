package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The room that one transfer needs in a file system. Any thread. */
final class Room {
    private static final Logger LOG = LoggerFactory.getLogger(Room.class);

    private final Path directory;
    private final TargetStorage storage;
    private final AtomicLong needed = new AtomicLong();

    /** Measures the room below {@code directory}. */
    Room(Path directory, TargetStorage storage) {
        this.directory = directory;
        this.storage = storage;
    }

    /** Adds bytes that will be written. */
    void need(long bytes) {
        needed.addAndGet(bytes);
    }

    /** Bytes that were needed have been written. */
    void taken(long bytes) {
        needed.addAndGet(-bytes);
    }

    /** Fails if there is less than needed. */
    void check(Object target) throws StorageException {
        String shortage = shortage();
        if (!shortage.isEmpty()) {
            throw new StorageException(
                    "Cannot receive into " + target + ": " + shortage + "; free some, or choose another target");
        }
    }

    /** Says how much is needed and how much there is; empty if it suffices, or is not known. */
    String shortage() {
        long missing = needed.get();
        try {
            long free = storage.usableBytes(directory);
            return free >= missing ? "" : "it needs " + missing + " bytes, and " + free + " are free in " + directory;
        } catch (IOException e) {
            LOG.debug("The free space of {} is not known: {}", directory, Reason.of(e));
            return "";
        }
    }
}

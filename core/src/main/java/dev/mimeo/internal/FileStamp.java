package dev.mimeo.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;

/**
 * What tells that a regular file has changed.
 *
 * @param length bytes
 * @param modified when its content was changed, as far as programs let that be seen
 * @param changed when its content or its attributes were changed, which programs cannot set; 1970 where the system does not
 *     say
 */
record FileStamp(long length, Instant modified, Instant changed) {
    /** Reads that of a file; a symbolic link is followed. */
    static FileStamp of(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return new FileStamp(attributes.size(), attributes.lastModifiedTime().toInstant(), changed(path));
    }

    private static Instant changed(Path path) throws IOException {
        try {
            return ((FileTime) Files.getAttribute(path, "unix:ctime")).toInstant();
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return Instant.EPOCH;
        }
    }

    /** Says in what a later stamp differs; empty if in nothing. */
    Optional<String> differenceFrom(FileStamp later) {
        if (length != later.length) {
            return Optional.of("its length was " + length + " and is " + later.length);
        }
        if (!modified.equals(later.modified)) {
            return Optional.of("it was modified " + modified + ", and again " + later.modified);
        }
        return changed.equals(later.changed)
                ? Optional.empty()
                : Optional.of("it or its attributes were changed " + changed + ", and again " + later.changed);
    }
}

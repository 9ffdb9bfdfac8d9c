package dev.mimeo;

import java.nio.file.Path;
import java.util.Objects;

/**
 * An object that was received as plain NORM and stored: complete and durable, but unverified, since plain NORM carries no
 * hashes.
 *
 * @param path where it is
 * @param name what its NORM_INFO says, control characters replaced; empty if there is none, or it is not UTF-8
 * @param length bytes
 * @param isFile whether it was sent as a file (NORM_OBJECT_FILE) rather than as data (NORM_OBJECT_DATA)
 * @param objectId its NORM object id, 0 to 65,535
 */
public record NormFile(Path path, String name, long length, boolean isFile, int objectId) {
    /** Refuses nulls. */
    public NormFile {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(name, "name");
    }
}

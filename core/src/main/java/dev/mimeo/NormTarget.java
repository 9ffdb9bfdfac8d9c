package dev.mimeo;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where a receiver of plain NORM stores objects. Immutable; touches nothing by itself.
 *
 * <p>Each object is first written to a temporary file in the same directory ({@code .NAME.mimeo-…}), forced to disk when it
 * is complete, and only then moved to its place in one atomic step. The temporary is removed when the object will not be
 * complete. A regular file or symbolic link in the place is replaced, never followed; a directory or a device fails the
 * transfer with a {@link StorageException}. Blocks of zeros become holes where the file system has them.
 */
public sealed interface NormTarget {
    /** Returns the path that was given. */
    Path path();

    /**
     * Returns the target that is a directory, best one of its own: every object becomes a file in it.
     *
     * <p>The name is what NORM_INFO says, as far as every system takes it for an ordinary file of that very name: separators,
     * drives, control characters, wildcards, and dots and spaces at an end become {@code _}; device names of Windows get one
     * in front; what takes more than 255 bytes of UTF-8 is cut. An object without such a text is {@code object-ID}. A name
     * that was used already in the transfer, in any case, gets {@code ~2} behind it, or a higher number. No name leads out of
     * the directory.
     */
    static NormTarget directory(Path path) {
        return new Directory(path);
    }

    /** Returns the target that is a regular file at {@code path}, whatever the sender calls it. One object is received. */
    static NormTarget file(Path path) {
        return new File(path);
    }

    /**
     * A directory.
     *
     * @param path where it is; it must exist
     */
    record Directory(Path path) implements NormTarget {
        /** Refuses nulls. */
        public Directory {
            Objects.requireNonNull(path, "path");
        }
    }

    /**
     * A regular file.
     *
     * @param path where it will be
     */
    record File(Path path) implements NormTarget {
        /** Refuses what names no file. */
        public File {
            Objects.requireNonNull(path, "path");
            if (path.getFileName() == null || path.getFileName().toString().isEmpty()) {
                throw new IllegalArgumentException("\"" + path + "\" does not name a file");
            }
        }
    }
}

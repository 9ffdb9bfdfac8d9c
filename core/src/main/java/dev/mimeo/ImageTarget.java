package dev.mimeo;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where a receiver stores an image. Immutable; its receiver chooses it, nothing that a sender says can change it.
 *
 * <p>An image is first written to a temporary file beside the path ({@code .NAME.mimeo-…}), verified, forced to disk, and
 * only then moved to the path in one atomic step: the path holds what it held before, or the whole image, never a part.
 * The temporary is removed when the transfer fails or is cancelled. Runs of zeros become holes where the file system has
 * them.
 *
 * <p>A regular file at the path is replaced. A symbolic link at the path is replaced itself, not followed. A directory or
 * a device at the path, or a missing parent directory, fails the transfer with a {@link StorageException} before anything
 * is written; so does a file system with too little room.
 */
public final class ImageTarget {
    private final Path path;

    private ImageTarget(Path path) {
        this.path = path;
    }

    /** Returns the target that is a regular file at {@code path}. Touches nothing yet. */
    public static ImageTarget of(Path path) {
        Objects.requireNonNull(path, "path");
        if (path.getFileName() == null || path.getFileName().toString().isEmpty()) {
            throw new IllegalArgumentException("\"" + path + "\" does not name a file");
        }
        return new ImageTarget(path);
    }

    /** Returns where the image will be. */
    public Path path() {
        return path;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}

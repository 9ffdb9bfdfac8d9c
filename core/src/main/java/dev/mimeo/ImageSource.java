package dev.mimeo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Where a sender reads an image. Immutable; the file must not change while it is sent: receivers would see hashes that do
 * not match and fail with {@link ImageCorruptException}, never store the mixture.
 *
 * <p>An image is hashed before it is sent. {@link #prepare} does so ahead of time and keeps the result beside the image, in
 * {@code NAME.manifest}. A sender uses that file as long as the image has the length and the modification time that are
 * recorded in it, and the source asks for no other name or version; otherwise it hashes again, on all cores, and says so
 * in its log.
 */
public final class ImageSource {
    private final Path path;
    private final String name;
    private final String version;

    private ImageSource(Path path, String name, String version) {
        this.path = path;
        this.name = name;
        this.version = version;
    }

    /** Returns the source that is a regular file at {@code path}, named like the file, without a version. */
    public static ImageSource of(Path path) {
        Objects.requireNonNull(path, "path");
        if (path.getFileName() == null || path.getFileName().toString().isEmpty()) {
            throw new IllegalArgumentException("\"" + path + "\" does not name a file");
        }
        return new ImageSource(path, "", "");
    }

    /** Default: the name of the file. Returns the same source under another display name, 1 to 255 characters. */
    public ImageSource name(String name) {
        if (name.isEmpty() || name.length() > 255) {
            throw new IllegalArgumentException("a name of " + name.length() + " characters is not within 1 to 255");
        }
        return new ImageSource(path, name, version);
    }

    /** Default: none. Returns the same source as another version, at most 255 characters. */
    public ImageSource version(String version) {
        if (version.length() > 255) {
            throw new IllegalArgumentException("a version of " + version.length() + " characters is longer than 255");
        }
        return new ImageSource(path, name, version);
    }

    /** Returns where the image is. */
    public Path path() {
        return path;
    }

    /** Returns the display name. */
    public String name() {
        return name.isEmpty() ? path.getFileName().toString() : name;
    }

    /** Returns the version; empty if none was given. */
    public String version() {
        return version;
    }

    /**
     * Reads and hashes the image on all cores and writes its manifest beside it, replacing one that is there.
     *
     * @throws IOException if the image cannot be read or the manifest cannot be written; a {@link StorageException} that
     *     names the path
     */
    public PreparedImage prepare() throws IOException {
        return prepare(progress -> {});
    }

    /**
     * Like {@link #prepare()}, and tells {@code listener}, on the calling thread and a few times a second, how far it is.
     * Interrupting the calling thread ends it with a {@link java.io.InterruptedIOException}.
     */
    public PreparedImage prepare(Consumer<Progress> listener) throws IOException {
        Objects.requireNonNull(listener, "listener");
        throw new UnsupportedOperationException();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}

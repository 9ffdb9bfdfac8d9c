package dev.mimeo;

import dev.mimeo.internal.SourceImage;
import dev.mimeo.protocol.manifest.Names;
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
 * recorded in it; otherwise it hashes again, on all cores, and says so in its log.
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

    /**
     * Default: the name of the file. Returns the same source under another display name.
     *
     * @param name 1 to 255 characters, none of them a control character
     */
    public ImageSource name(String name) {
        refuse(Names.fault(name), "name");
        return new ImageSource(path, name, version);
    }

    /**
     * Default: none. Returns the same source as another version.
     *
     * @param version at most 255 characters, none of them a control character
     */
    public ImageSource version(String version) {
        refuse(Names.textFault(version), "version");
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

    /** Returns whether the name was chosen, rather than taken from the file. */
    public boolean hasName() {
        return !name.isEmpty();
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
        return SourceImage.prepare(this, listener);
    }

    private static void refuse(String fault, String what) {
        if (fault != null) {
            throw new IllegalArgumentException("the " + what + " of an image: " + fault);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}

package dev.mimeo;

import dev.mimeo.internal.FilesSource;
import dev.mimeo.internal.NamedSource;
import dev.mimeo.internal.PipeSource;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where a sender reads an image: one or more files or block devices, or a pipe. Immutable; files must not change while they
 * are sent: receivers would see hashes that do not match and fail with {@link ImageCorruptException}, never store the
 * mixture.
 *
 * <p>An image is hashed before it is sent. {@link #prepare} does so ahead of time and keeps the result beside the image, in
 * {@code NAME.manifest}. A sender uses that file as long as every file of the image has the length, the modification time and,
 * on Unix, the change time that are recorded in it, and as long as some chunks of the content, 16 at most, still match;
 * otherwise it hashes again and says so in its log. A copy of the image has another change time: prepare where you send.
 */
public sealed interface ImageSource permits NamedSource {
    /** Most files in an image. */
    int LARGEST_FILE_COUNT = 1_024;

    /**
     * Returns the source that is made of these regular files or block devices, in this order: one object each, named like
     * its file, or, if it is the only one, like the image. Touches nothing yet.
     *
     * @throws IllegalArgumentException if they are more than {@value #LARGEST_FILE_COUNT}, or if two of them have names that
     *     differ in nothing but upper and lower case, or in what no file may be named on another system
     */
    static ImageSource of(Path file, Path... more) {
        List<Path> files = new ArrayList<>(List.of(more));
        files.add(0, file);
        return of(files);
    }

    /** Like {@link #of(Path, Path...)}, of at least one file. */
    static ImageSource of(List<Path> files) {
        return new FilesSource(files);
    }

    /** Like {@link #pipe(ReadableByteChannel, String, Path)}, with the system's directory for temporary files. */
    static ImageSource pipe(ReadableByteChannel channel, String name) {
        return pipe(channel, name, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /**
     * Returns the source that is what comes out of a channel until its end. It is read once, when it is sent, and hashed
     * while it is written to a temporary file without a name; zeros become holes there. Nothing is sent before the channel
     * has ended: a session is known by the hash of all that it sends from its first announcement on, which going on after a
     * restart, refreshing, and refusing another image depend on. An image of more than 64 GiB is read a second time, from that file.
     *
     * <p>Such a source can be sent once. The channel stays open, unless the transfer is cancelled while it is read.
     *
     * @param name of the image, as in {@link #name(String)}
     * @param spoolDirectory where the temporary file is, with room for all of the image but its zeros
     */
    static ImageSource pipe(ReadableByteChannel channel, String name, Path spoolDirectory) {
        return new PipeSource(channel, name, spoolDirectory);
    }

    /**
     * Default: the name of the first file. Returns the same source under another display name.
     *
     * @param name 1 to 255 characters, none of them a control character
     */
    ImageSource name(String name);

    /**
     * Default: none. Returns the same source as another version.
     *
     * @param version at most 255 characters, none of them a control character
     */
    ImageSource version(String version);

    /**
     * Default: {@link ImageFlag#ALLOW_MULTICAST} alone, or what a manifest that was kept says. Returns the same source with
     * other demands on those who send it.
     */
    ImageSource flags(Set<ImageFlag> flags);

    /**
     * Default: none, or what a manifest that was kept says. Returns the same source with a serial, which grows from one version
     * of the image to the next: a receiver may refuse what is older ({@link ImageReceiver.Builder#minimumSerial}).
     *
     * @param serial 1 to 2^63 - 1
     */
    ImageSource serial(long serial);

    /**
     * Default: never, or what a manifest that was kept says. Returns the same source with an end: receivers refuse it later,
     * by their clocks, unless they are told not to.
     *
     * @param end within the years 1970 to 9999; to the second, that second included
     */
    ImageSource notAfter(Instant end);

    /**
     * Default: not signed, or what a manifest that was kept says. Returns the same source, signed by this key when it is prepared
     * or sent: everything that is said about the image, and all of its content.
     *
     * <p>What was prepared and signed is sent without the key, just as it is: under another name, version, serial, end or flags,
     * or after a file has changed, it is refused with an {@link ImageRefusedException}, never sent without its signature.
     */
    ImageSource signedBy(SigningKey key);

    /**
     * Default: {@code NAME.manifest} beside the image if it is one file, none if it is several. Returns the same source with
     * another place for what {@link #prepare} finds out.
     *
     * @throws IllegalArgumentException if that is a file of the image itself
     * @throws IllegalStateException if this is a pipe
     */
    ImageSource manifest(Path file);

    /** Returns the display name. */
    String name();

    /** Returns the version; empty if none was given. */
    String version();

    /**
     * Reads and hashes the image and writes its manifest, replacing one that is there. Chunks are hashed on one core and the
     * SHA-256 of each file on another, at the same time.
     *
     * @throws IOException if the image cannot be read or the manifest cannot be written, or it is a block device, of which
     *     nothing tells whether it has changed; a {@link StorageException} that names the path
     * @throws IllegalStateException if there is no place for the manifest: see {@link #manifest}
     */
    default PreparedImage prepare() throws IOException {
        return prepare(progress -> {});
    }

    /**
     * Like {@link #prepare()}, and tells {@code listener}, on the calling thread and a few times a second, how far it is.
     * Interrupting the calling thread ends it with a {@link java.io.InterruptedIOException}.
     */
    PreparedImage prepare(Consumer<Progress> listener) throws IOException;
}

package dev.mimeo.internal;

import dev.mimeo.StorageException;
import dev.mimeo.protocol.manifest.MalformedManifestException;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.ManifestCodec;
import dev.mimeo.protocol.manifest.ManifestLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A manifest kept in a file, with what tells whether the files of its image are still the same.
 *
 * <pre>
 *   0                                       8                   12
 *  +----+----+----+----+----+----+----+----+----+----+----+----+----+----+----+----+
 *  |     "MIMEOKP2"  (identifies the file) | CRC-32C of the rest |  count of files |   integers big endian
 *  +----+----+----+----+----+----+----+----+----+----+----+----+----+----+----+----+
 *   for each file of the image:
 *  +----+----+----+----+----+----+----+----+
 *  |                length                 |
 *  +----+----+----+----+----+----+----+----+----+----+----+----+
 *  |   modified: seconds since 1970 (UTC)  |    nanoseconds    |
 *  +----+----+----+----+----+----+----+----+----+----+----+----+
 *  |   changed: seconds since 1970 (UTC)   |    nanoseconds    |
 *  +----+----+----+----+----+----+----+----+----+----+----+----+
 *   then
 *  +-- ... --+
 *  |  canonical bytes of the manifest, to the end of the file
 *  +-- ... --+
 * </pre>
 */
final class PreparedManifest {
    private static final Logger LOG = LoggerFactory.getLogger(PreparedManifest.class);
    private static final byte[] MAGIC = "MIMEOKP2".getBytes(StandardCharsets.US_ASCII);
    private static final int CHECKED_FROM = MAGIC.length + Integer.BYTES;
    private static final int HEADER_LENGTH = CHECKED_FROM + Integer.BYTES;
    private static final int STAMP_LENGTH = 3 * Long.BYTES + 2 * Integer.BYTES;
    /** Enough for the most chunks that an image may have. */
    private static final int LONGEST_FILE = 600 << 20;

    private static final ManifestLimits LIMITS =
            new ManifestLimits(LONGEST_FILE, Manifest.LARGEST_OBJECT_COUNT, Long.MAX_VALUE);

    private PreparedManifest() {}

    /** Returns the manifest kept at {@code path}; empty if there is none, or it is not that of these files as they are. */
    static Optional<Manifest> read(Path path, List<SourceFile> files) {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            if (Files.size(path) > LONGEST_FILE) {
                throw new MalformedManifestException("it is too long");
            }
            Manifest manifest = decode(Files.readAllBytes(path), files);
            Optional<String> difference = ContentSample.difference(manifest, files);
            if (difference.isEmpty()) {
                return Optional.of(manifest);
            }
            LOG.warn("The image has changed since {} was made, it is hashed again: {}", path, difference.get());
        } catch (StaleException e) {
            LOG.info("The image has changed since {} was made, it is hashed again: {}", path, e.getMessage());
        } catch (MalformedManifestException e) {
            LOG.warn("The manifest {} cannot be used, the image is hashed again: {}", path, e.getMessage());
        } catch (IOException e) {
            LOG.warn("The manifest {} cannot be checked, the image is hashed again: {}", path, Reason.of(e));
        }
        return Optional.empty();
    }

    private static Manifest decode(byte[] bytes, List<SourceFile> files)
            throws MalformedManifestException, StaleException {
        if (bytes.length < HEADER_LENGTH || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new MalformedManifestException("it is not a manifest that this version has kept");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).position(MAGIC.length);
        if (in.getInt() != checksum(bytes)) {
            throw new MalformedManifestException("its checksum does not match");
        }
        int count = in.getInt();
        if (count != files.size() || in.remaining() < (long) count * STAMP_LENGTH) {
            throw new MalformedManifestException("it describes " + count + " files, not " + files.size());
        }
        for (SourceFile file : files) {
            checkStamp(getStamp(in), file);
        }
        Manifest manifest = ManifestCodec.decode(Arrays.copyOfRange(bytes, in.position(), bytes.length), LIMITS);
        checkLengths(manifest, files);
        return manifest;
    }

    private static void checkStamp(FileStamp kept, SourceFile file) throws StaleException {
        if (file.stamp().isEmpty()) {
            throw new StaleException("nothing tells whether " + file.path() + " has changed");
        }
        Optional<String> difference = kept.differenceFrom(file.stamp().get());
        if (difference.isPresent()) {
            throw new StaleException(file.path() + ": " + difference.get());
        }
    }

    private static void checkLengths(Manifest manifest, List<SourceFile> files) throws MalformedManifestException {
        boolean same = manifest.objects().size() == files.size();
        for (int i = 0; same && i < files.size(); i++) {
            same = manifest.objects().get(i).length() == files.get(i).length();
        }
        if (!same) {
            throw new MalformedManifestException("it describes something else");
        }
    }

    private static FileStamp getStamp(ByteBuffer in) throws MalformedManifestException {
        try {
            return new FileStamp(
                    in.getLong(),
                    Instant.ofEpochSecond(in.getLong(), in.getInt()),
                    Instant.ofEpochSecond(in.getLong(), in.getInt()));
        } catch (DateTimeException | ArithmeticException e) {
            throw new MalformedManifestException("it has a time that is none");
        }
    }

    /** Keeps the manifest of regular files, in place of one that is there. */
    static void write(Manifest manifest, List<SourceFile> files, Path path) throws StorageException {
        byte[] content = ManifestCodec.encode(manifest);
        ByteBuffer out = ByteBuffer.allocate(HEADER_LENGTH + files.size() * STAMP_LENGTH + content.length);
        out.put(MAGIC).putInt(0).putInt(files.size());
        for (SourceFile file : files) {
            FileStamp stamp = file.stamp().orElseThrow();
            out.putLong(stamp.length());
            putTime(out, stamp.modified());
            putTime(out, stamp.changed());
        }
        out.put(content);
        out.putInt(MAGIC.length, checksum(out.array()));
        try (TargetFile file = TargetFile.create(path, 0, out.capacity(), TargetStorage.LOCAL)) {
            file.write(out.flip(), 0);
            file.publish();
        }
    }

    private static void putTime(ByteBuffer out, Instant time) {
        out.putLong(time.getEpochSecond()).putInt(time.getNano());
    }

    private static int checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, CHECKED_FROM, bytes.length - CHECKED_FROM);
        return (int) checksum.getValue();
    }

    /** The image is not what it was. */
    private static final class StaleException extends Exception {
        private static final long serialVersionUID = 1L;

        StaleException(String message) {
            super(message);
        }
    }
}

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
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A manifest kept beside its image, in {@code NAME.manifest}, with what tells whether the image is still the same.
 *
 * <pre>
 *   0                                       8
 *  +----+----+----+----+----+----+----+----+----+----+----+----+----+----+----+----+
 *  |     "MIMEOKEP"  (identifies the file) |       length of the image             |   integers big endian
 *  +----+----+----+----+----+----+----+----+----+----+----+----+----+----+----+----+
 *  |   modified: seconds since 1970 (UTC)  |    nanoseconds    | CRC-32C of the rest |
 *  +----+----+----+----+----+----+----+----+----+----+----+----+----+----+----+----+
 *  |  canonical bytes of the manifest, to the end of the file
 *  +-- ... --
 * </pre>
 */
final class PreparedManifest {
    private static final Logger LOG = LoggerFactory.getLogger(PreparedManifest.class);
    private static final byte[] MAGIC = "MIMEOKEP".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_LENGTH = 32;
    /** Enough for the most chunks that an image may have. */
    private static final int LONGEST_FILE = 600 << 20;

    private static final ManifestLimits LIMITS =
            new ManifestLimits(LONGEST_FILE, Manifest.LARGEST_OBJECT_COUNT, Long.MAX_VALUE);

    private PreparedManifest() {}

    /** Returns where the manifest of an image is kept. */
    static Path pathFor(Path image) {
        return image.resolveSibling(image.getFileName() + ".manifest");
    }

    /** Returns the manifest kept beside an image; empty if there is none, or the image has changed since. */
    static Optional<Manifest> read(SourceFile image) {
        Path path = pathFor(image.path());
        if (!image.isRegular() || !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            if (Files.size(path) > LONGEST_FILE) {
                throw new MalformedManifestException("it is too long");
            }
            return decode(Files.readAllBytes(path), image);
        } catch (MalformedManifestException e) {
            LOG.warn("The manifest {} cannot be used, the image is hashed again: {}", path, e.getMessage());
        } catch (IOException e) {
            LOG.warn("The manifest {} cannot be read, the image is hashed again: {}", path, Reason.of(e));
        }
        return Optional.empty();
    }

    private static Optional<Manifest> decode(byte[] bytes, SourceFile image) throws MalformedManifestException {
        if (bytes.length < HEADER_LENGTH || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new MalformedManifestException("it is not a manifest that was kept beside an image");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).position(MAGIC.length);
        long length = in.getLong();
        long seconds = in.getLong();
        int nanos = in.getInt();
        int checksum = in.getInt();
        if (checksum(bytes) != checksum) {
            throw new MalformedManifestException("its checksum does not match");
        }
        Instant modified = image.modified();
        if (length != image.length() || seconds != modified.getEpochSecond() || nanos != modified.getNano()) {
            LOG.info("Image {} has changed since it was prepared, it is hashed again", image.path());
            return Optional.empty();
        }
        Manifest manifest = ManifestCodec.decode(Arrays.copyOfRange(bytes, HEADER_LENGTH, bytes.length), LIMITS);
        if (manifest.objects().size() != 1 || manifest.length() != length) {
            throw new MalformedManifestException("it describes something else");
        }
        return Optional.of(manifest);
    }

    /** Keeps a manifest beside its image, in place of one that is there; returns where. */
    static Path write(Manifest manifest, SourceFile image) throws StorageException {
        byte[] content = ManifestCodec.encode(manifest);
        ByteBuffer out = ByteBuffer.allocate(HEADER_LENGTH + content.length);
        out.put(MAGIC).putLong(image.length());
        out.putLong(image.modified().getEpochSecond()).putInt(image.modified().getNano());
        out.position(HEADER_LENGTH).put(content);
        out.putInt(HEADER_LENGTH - Integer.BYTES, checksum(out.array()));
        Path path = pathFor(image.path());
        try (TargetFile file = TargetFile.create(path, 0, out.capacity(), TargetStorage.LOCAL)) {
            file.write(out.flip(), 0);
            file.publish();
        }
        return path;
    }

    private static int checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, HEADER_LENGTH, bytes.length - HEADER_LENGTH);
        return (int) checksum.getValue();
    }
}

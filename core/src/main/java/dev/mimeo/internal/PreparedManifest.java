package dev.mimeo.internal;

import dev.mimeo.ImageRefusedException;
import dev.mimeo.StorageException;
import dev.mimeo.protocol.manifest.MalformedManifestException;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.ManifestCodec;
import dev.mimeo.protocol.manifest.ManifestLimits;
import dev.mimeo.protocol.manifest.ManifestSignature;
import dev.mimeo.protocol.manifest.SignedBytes;
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
import org.slf4j.event.Level;

/**
 * A manifest kept in a file, with what tells whether the files of its image are still the same.
 *
 * <pre>
 *   0                                       8                   12
 *  +----+----+----+----+----+----+----+----+----+----+----+----+----+----+----+----+
 *  |   "MIMEOKP2", or "MIMEOKS2" if signed | CRC-32C of the rest |  count of files |   integers big endian
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
 *
 * <p>An image is hashed again if what was kept cannot be used, unless that was signed: whoever has not the key would send it
 * without a signature. A manifest whose signature is not that of the key that it names is of no use either.
 */
final class PreparedManifest {
    private static final Logger LOG = LoggerFactory.getLogger(PreparedManifest.class);
    private static final byte[] MAGIC = "MIMEOKP2".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SIGNED_MAGIC = "MIMEOKS2".getBytes(StandardCharsets.US_ASCII);
    private static final int CHECKED_FROM = MAGIC.length + Integer.BYTES;
    private static final int HEADER_LENGTH = CHECKED_FROM + Integer.BYTES;
    private static final int STAMP_LENGTH = 3 * Long.BYTES + 2 * Integer.BYTES;
    /** Enough for the most chunks that an image may have. */
    private static final int LONGEST_FILE = 600 << 20;

    private static final ManifestLimits LIMITS =
            new ManifestLimits(LONGEST_FILE, Manifest.LARGEST_OBJECT_COUNT, Long.MAX_VALUE);

    private PreparedManifest() {}

    /**
     * Returns the manifest kept at {@code path}; empty if there is none, or it is not that of these files as they are.
     *
     * @param signsAnew whether the image will be signed: what was signed may be hashed again
     */
    static Optional<Manifest> read(Path path, List<SourceFile> files, boolean signsAnew) throws ImageRefusedException {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        byte[] content = {};
        String reason;
        Level level = Level.WARN;
        try {
            if (Files.size(path) > LONGEST_FILE) {
                throw new MalformedManifestException("it is too long");
            }
            content = Files.readAllBytes(path);
            Manifest manifest = decode(content, files);
            Optional<String> difference = ContentSample.difference(manifest, files);
            if (difference.isEmpty()) {
                return Optional.of(manifest);
            }
            reason = "the image has changed since it was made: " + difference.get();
        } catch (StaleException e) {
            reason = "the image has changed since it was made: " + e.getMessage();
            level = Level.INFO;
        } catch (MalformedManifestException e) {
            reason = e.getMessage();
        } catch (IOException e) {
            reason = Reason.of(e);
        }
        if (startsWith(content, SIGNED_MAGIC) && !signsAnew) {
            throw new ImageRefusedException("The signed manifest " + path + " cannot be used: " + reason
                    + ". Prepare and sign the image again, or remove the manifest to send it without a signature.");
        }
        LOG.atLevel(level).log("The manifest {} cannot be used, the image is hashed again: {}", path, reason);
        return Optional.empty();
    }

    private static boolean startsWith(byte[] content, byte[] magic) {
        return content.length >= magic.length && Arrays.equals(content, 0, magic.length, magic, 0, magic.length);
    }

    private static Manifest decode(byte[] bytes, List<SourceFile> files)
            throws MalformedManifestException, StaleException {
        boolean signed = startsWith(bytes, SIGNED_MAGIC);
        if (bytes.length < HEADER_LENGTH || !signed && !startsWith(bytes, MAGIC)) {
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
        byte[] content = Arrays.copyOfRange(bytes, in.position(), bytes.length);
        checkSignature(ManifestCodec.takeApart(content), signed);
        Manifest manifest = ManifestCodec.decode(content, LIMITS);
        checkLengths(manifest, files);
        return manifest;
    }

    private static void checkSignature(SignedBytes bytes, boolean signed) throws MalformedManifestException {
        if (bytes.signature().isPresent() != signed) {
            throw new MalformedManifestException(signed ? "it has no signature" : "it has a signature");
        }
        if (signed) {
            ManifestSignature signature = bytes.signature().get();
            byte[] key = Ed25519.x509(signature.key());
            if (!Ed25519.verify(key, signature.signature(), bytes.covered())) {
                throw new MalformedManifestException(
                        "its signature by key " + Ed25519.fingerprint(key) + " is wrong: it is not what was signed");
            }
        }
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
        out.put(manifest.signature().isPresent() ? SIGNED_MAGIC : MAGIC)
                .putInt(0)
                .putInt(files.size());
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

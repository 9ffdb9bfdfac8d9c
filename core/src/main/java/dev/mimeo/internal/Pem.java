package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/** Files that hold one key as text (RFC 7468): PKCS#8 if it is private, X.509 if it is public. Any thread. */
final class Pem {
    /** Keys have some 120 bytes; whoever wrote a comment before one may go on for a while. */
    private static final int LONGEST_FILE = 16 << 10;

    private static final Set<PosixFilePermission> OWNER_ONLY =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    /** What a file holds. */
    enum Label {
        PRIVATE_KEY("PRIVATE KEY"),
        PUBLIC_KEY("PUBLIC KEY");

        private final String text;

        Label(String text) {
            this.text = text;
        }

        private String begin() {
            return "-----BEGIN " + text + "-----";
        }

        private String end() {
            return "-----END " + text + "-----";
        }
    }

    private Pem() {}

    /** Returns what a file holds. */
    static byte[] read(Path path, Label label) throws StorageException {
        byte[] content;
        try {
            if (Files.size(path) > LONGEST_FILE) {
                throw new StorageException("Cannot use " + path + " as a key: it is too long for one");
            }
            content = Files.readAllBytes(path);
        } catch (IOException e) {
            throw e instanceof StorageException known
                    ? known
                    : new StorageException("Cannot read the key " + path + ": " + Reason.of(e), e);
        }
        try {
            return decode(new String(content, StandardCharsets.ISO_8859_1), label);
        } catch (IllegalArgumentException e) {
            throw new StorageException("Cannot use " + path + " as a key: " + e.getMessage(), e);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private static byte[] decode(String text, Label label) {
        int begin = text.indexOf(label.begin());
        int end = text.indexOf(label.end());
        if (begin < 0 || end < begin) {
            boolean isOther = Arrays.stream(Label.values()).anyMatch(other -> text.contains(other.begin()));
            throw new IllegalArgumentException("it has no line " + label.begin()
                    + (isOther ? "; it is the other key of its pair" : "; \"mimeo keygen\" writes keys"));
        }
        if (text.indexOf(label.begin(), end) >= 0) {
            throw new IllegalArgumentException("it holds more than one key");
        }
        return Base64.getMimeDecoder()
                .decode(text.substring(begin + label.begin().length(), end));
    }

    /** Writes a new file, which on POSIX systems nobody but its owner can read if it is private. */
    static void write(Path path, Label label, byte[] encoded) throws StorageException {
        String text = label.begin() + "\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded) + "\n" + label.end() + "\n";
        byte[] content = text.getBytes(StandardCharsets.US_ASCII);
        FileAttribute<?>[] attributes = isPosix(path) && label == Label.PRIVATE_KEY
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        try (FileChannel file =
                FileChannel.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            ByteBuffer out = ByteBuffer.wrap(content);
            while (out.hasRemaining()) {
                file.write(out);
            }
            file.force(true);
        } catch (FileAlreadyExistsException e) {
            throw new StorageException(
                    "Cannot write the key " + path
                            + ": it is there already, and a key is never replaced. Choose another name.",
                    e);
        } catch (IOException e) {
            throw new StorageException("Cannot write the key " + path + ": " + Reason.of(e), e);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    /** Returns whether others than its owner may read a file, as far as the system tells. */
    static boolean isReadByOthers(Path path) throws IOException {
        return isPosix(path) && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(path));
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}

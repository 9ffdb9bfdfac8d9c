package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that hold one key each. They are never replaced. Any thread. */
final class KeyFile {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);
    /** Keys have some 120 bytes; whoever wrote a comment before one may go on for a while. */
    private static final int LONGEST = 16 << 10;

    private static final Set<PosixFilePermission> OWNER_ONLY =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private KeyFile() {}

    /** Returns what a file holds, for the caller to clear; one of more than 16 KiB is refused. */
    static byte[] read(Path path) throws StorageException {
        ByteBuffer content = ByteBuffer.allocate(LONGEST + 1);
        try (FileChannel file = FileChannel.open(path)) {
            while (content.hasRemaining() && file.read(content) >= 0) {
                continue;
            }
            if (!content.hasRemaining()) {
                throw new StorageException("Cannot use " + path + " as a key: it is too long for one");
            }
            return Arrays.copyOf(content.array(), content.position());
        } catch (IOException e) {
            throw e instanceof StorageException known
                    ? known
                    : new StorageException("Cannot read the key " + path + ": " + Reason.of(e), e);
        } finally {
            Arrays.fill(content.array(), (byte) 0);
        }
    }

    /** Returns the same of a file that is secret; warns in the log if others than its owner may read it. */
    static byte[] readSecret(Path path) throws StorageException {
        try {
            if (Files.exists(path) && isReadByOthers(path)) {
                LOG.warn("The key {} can be read by others than its owner: chmod 600 {}", path, path);
            }
        } catch (IOException e) {
            throw new StorageException("Cannot read the key " + path + ": " + Reason.of(e), e);
        }
        return read(path);
    }

    /** Writes a new file, which on POSIX systems nobody but its owner can read if it is secret. */
    static void write(Path path, byte[] content, boolean secret) throws StorageException {
        FileAttribute<?>[] attributes = secret && isPosix(path)
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

package dev.mimeo.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a target needs of a file system; tests have one that fails. */
interface TargetStorage {
    /** The file systems of this machine. */
    TargetStorage LOCAL = new TargetStorage() {
        @Override
        public FileChannel create(Path file) throws IOException {
            return FileChannel.open(
                    file,
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SPARSE);
        }

        @Override
        public long usableBytes(Path directory) throws IOException {
            return Files.getFileStore(directory).getUsableSpace();
        }
    };

    /** Creates a file that did not exist, to be written and read. */
    FileChannel create(Path file) throws IOException;

    /** Returns how many bytes can still be stored below a directory. */
    long usableBytes(Path directory) throws IOException;
}

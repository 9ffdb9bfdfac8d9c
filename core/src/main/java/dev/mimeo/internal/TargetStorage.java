package dev.mimeo.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** What a target needs of a file system; tests have one that fails. */
interface TargetStorage {
    /** The file systems of this machine. */
    TargetStorage LOCAL = new TargetStorage() {
        @Override
        public FileChannel open(Path file, OpenOption... options) throws IOException {
            return FileChannel.open(file, options);
        }

        @Override
        public long usableBytes(Path directory) throws IOException {
            return Files.getFileStore(directory).getUsableSpace();
        }
    };

    /** Opens a file, as {@link FileChannel#open(Path, OpenOption...)} does. */
    FileChannel open(Path file, OpenOption... options) throws IOException;

    /** Returns how many bytes can still be stored below a directory. */
    long usableBytes(Path directory) throws IOException;
}

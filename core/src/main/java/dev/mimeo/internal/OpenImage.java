package dev.mimeo.internal;

import dev.mimeo.StorageException;
import dev.mimeo.protocol.manifest.Manifest;
import java.io.Closeable;
import java.util.List;

/**
 * An image that is ready to be sent.
 *
 * @param manifest what it is
 * @param files where its objects are read, in the order of the manifest
 */
record OpenImage(Manifest manifest, List<SourceFile> files) implements Closeable {
    OpenImage {
        files = List.copyOf(files);
    }

    /** Fails if a file is no longer what it was when it was opened. */
    void checkUnchanged() throws StorageException {
        for (SourceFile file : files) {
            file.checkUnchanged();
        }
    }

    @Override
    public void close() {
        files.forEach(SourceFile::close);
    }
}

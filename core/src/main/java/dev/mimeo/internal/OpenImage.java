package dev.mimeo.internal;

import dev.mimeo.StorageException;
import dev.mimeo.protocol.manifest.Manifest;
import java.io.Closeable;
import java.util.List;
import java.util.Optional;

/**
 * An image that is ready to be sent.
 *
 * @param manifest what it is
 * @param files where its objects are read, in the order of the manifest
 * @param arrivals tells what of it is there; empty if all is
 */
record OpenImage(Manifest manifest, List<SourceFile> files, Optional<Arrivals> arrivals) implements Closeable {
    OpenImage {
        files = List.copyOf(files);
    }

    /** All of it is there. */
    OpenImage(Manifest manifest, List<SourceFile> files) {
        this(manifest, files, Optional.empty());
    }

    /** Fails if a file is no longer what it was when it was opened. */
    void checkUnchanged() throws StorageException {
        for (SourceFile file : files) {
            file.checkUnchanged();
        }
    }

    @Override
    public void close() {
        arrivals.ifPresent(each -> each.unwatch(this));
        files.forEach(SourceFile::close);
    }
}

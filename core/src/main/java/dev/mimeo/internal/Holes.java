package dev.mimeo.internal;

import java.io.Closeable;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tells which parts of a file are holes, which read as zeros and need not be read; nothing is a hole where the platform does
 * not tell ({@link NativeCalls}).
 *
 * <p>The file is opened once more for that, and must stay so as long as it is locked: closing any descriptor of a file gives up
 * the locks of the process. Any thread.
 */
final class Holes implements Closeable {
    /** Of a file of which nothing is known. */
    static final Holes NONE = new Holes(Optional.empty(), -1);

    private final Optional<NativeCalls> calls;
    private final int descriptor;

    private Holes(Optional<NativeCalls> calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    /** Opens a regular file. If it has holes, it is made durable: not every file system tells the truth before. */
    static Holes of(Path path) {
        boolean isNamed = path.getFileSystem() == FileSystems.getDefault()
                && Path.of(path.toString()).equals(path);
        Optional<NativeCalls> calls = isNamed ? NativeCalls.found() : Optional.empty();
        int descriptor = calls.map(found -> found.open(path)).orElse(-1);
        if (descriptor < 0) {
            return NONE;
        }
        Holes holes = new Holes(calls, descriptor);
        if (holes.seek(0, NativeCalls.SEEK_HOLE) < holes.seek(0, NativeCalls.SEEK_END)) {
            calls.get().sync(descriptor);
        }
        return holes;
    }

    /** Returns whether {@code length} bytes from {@code offset} on, which the file has, lie in a hole. */
    boolean contain(long offset, long length) {
        if (calls.isEmpty()) {
            return false;
        }
        long data = seek(offset, NativeCalls.SEEK_DATA);
        return data < 0 ? seek(offset, NativeCalls.SEEK_HOLE) == offset : data - offset >= length;
    }

    private long seek(long offset, int whence) {
        return calls.orElseThrow().seek(descriptor, offset, whence);
    }

    @Override
    public void close() {
        calls.ifPresent(found -> found.close(descriptor));
    }
}

package dev.mimeo.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** The local file system, until a fault that a test chose. */
final class FaultyStorage implements TargetStorage {
    /** Bytes that can be written before {@link #writeFailure}. */
    volatile long room = Long.MAX_VALUE;
    /** What writing more fails with. */
    volatile String writeFailure = "No space left on device";
    /** What everything fails with from the first write on for which there is no {@link #room}; null if only writes fail. */
    volatile Supplier<IOException> goneFailure;
    /** What the file system says is free. */
    volatile long usable = Long.MAX_VALUE;
    /** Most bytes that one write takes. */
    volatile int longestWrite = Integer.MAX_VALUE;
    /** What forcing fails with. */
    volatile String forceFailure;
    /** What reading fails with. */
    volatile String readFailure;
    /** Whether another process has a lock on every file. */
    volatile boolean isLocked;
    /** How long a read takes. */
    volatile long readNanos;
    /** How long a write takes. */
    volatile long writeNanos;

    private long written;
    private volatile boolean isGone;
    private final AtomicLong bytesRead = new AtomicLong();

    /** Returns how many bytes were read. */
    long bytesRead() {
        return bytesRead.get();
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        return new Channel(TargetStorage.LOCAL.open(file, options));
    }

    @Override
    public long usableBytes(Path directory) {
        return usable;
    }

    private synchronized void take(int length) throws IOException {
        if (length > room - written) {
            isGone = goneFailure != null;
            checkThere();
            throw new IOException(writeFailure);
        }
        written += length;
    }

    private void checkThere() throws IOException {
        if (isGone) {
            throw goneFailure.get();
        }
    }

    private final class Channel extends FileChannel {
        private final FileChannel real;

        Channel(FileChannel real) {
            this.real = real;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            checkThere();
            int length = Math.min(longestWrite, source.remaining());
            take(length);
            if (writeNanos > 0) {
                LockSupport.parkNanos(writeNanos);
            }
            ByteBuffer part = source.duplicate().limit(source.position() + length);
            int count = real.write(part, position);
            source.position(source.position() + count);
            return count;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            checkThere();
            if (readFailure != null) {
                throw new IOException(readFailure);
            }
            if (readNanos > 0) {
                LockSupport.parkNanos(readNanos);
            }
            int count = real.read(target, position);
            bytesRead.addAndGet(Math.max(0, count));
            return count;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            checkThere();
            if (forceFailure != null) {
                throw new IOException(forceFailure);
            }
            real.force(metaData);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            real.close();
        }

        @Override
        public int read(ByteBuffer target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel position(long newPosition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long size() throws IOException {
            checkThere();
            return real.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            checkThere();
            real.truncate(size);
            return this;
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return isLocked ? null : real.tryLock(position, size, shared);
        }
    }
}

package dev.mimeo.examples;

import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.ReceiveReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;

/** A receiver whose disk takes so many bytes in a second, and no more. */
final class SlowDisk extends FileChannel {
    private final FileChannel file;
    private final long bytesPerSecond;
    private long freeNanos = System.nanoTime();

    private SlowDisk(FileChannel file, long bytesPerSecond) {
        this.file = file;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Receives an image: {@code SlowDisk ADDRESS PORT INTERFACE FILE BYTES_PER_SECOND}. */
    public static void main(String[] arguments) throws Exception {
        try (ImageReceiver receiver = ImageReceiver.from(
                                MulticastGroup.of(arguments[0], Integer.parseInt(arguments[1])))
                        .networkInterface(arguments[2])
                        .open();
                FileChannel file = FileChannel.open(
                        Path.of(arguments[3]),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            ReceiveReport report = receiver.receive(
                            new ImageTarget.Channel(new SlowDisk(file, Long.parseLong(arguments[4])), true))
                    .await();
            System.out.println("verified in " + report.elapsed());
        }
    }

    private synchronized void take(long bytes) {
        freeNanos = Math.max(freeNanos, System.nanoTime()) + bytes * 1_000_000_000 / bytesPerSecond;
        for (long wait = freeNanos - System.nanoTime(); wait > 0; wait = freeNanos - System.nanoTime()) {
            LockSupport.parkNanos(wait);
        }
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        take(source.remaining());
        return file.write(source, position);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        take(source.remaining());
        return file.write(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        return file.write(sources, offset, length);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return file.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return file.read(targets, offset, length);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return file.read(target, position);
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        file.position(newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        file.truncate(size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        file.force(metaData);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        return file.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
        return file.transferFrom(source, position, count);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        return file.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return file.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return file.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }
}

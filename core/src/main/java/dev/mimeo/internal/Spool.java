package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Brings what comes out of a channel into a temporary file, which the system removes when it is closed, or this process dies:
 * zeros become holes. The channel is read on a thread of its own, since it may keep its reader waiting.
 */
final class Spool implements ChunkHashing.Input, Closeable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long CANCELLATION_INTERVAL_MILLIS = 100;

    private final PipeSource source;
    private final ReadableByteChannel channel;
    private final BooleanSupplier isCancelled;
    private final Path path;
    private final FileChannel file;
    private final ExecutorService reader;
    private long length;

    Spool(
            PipeSource source,
            ReadableByteChannel channel,
            Path directory,
            BooleanSupplier isCancelled,
            ThreadMaker threads)
            throws StorageException {
        this.source = source;
        this.channel = channel;
        this.reader = Executors.newSingleThreadExecutor(threads.named("mimeo-pipe"));
        this.isCancelled = isCancelled;
        this.path = directory.resolve(String.format(".mimeo-spool-%016x", RANDOM.nextLong()));
        try {
            this.file = FileChannel.open(
                    path,
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SPARSE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw new StorageException("Cannot create " + path + " for what is read: " + Reason.of(e), e);
        }
    }

    @Override
    public void read(ByteBuffer piece) throws IOException, InterruptedException {
        Future<?> reading = reader.submit(() -> {
            while (piece.hasRemaining() && channel.read(piece) >= 0) {}
            return null;
        });
        while (true) {
            try {
                reading.get(CANCELLATION_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                if (isCancelled.getAsBoolean()) {
                    throw new CancellationException("cancelled while " + source + " was read");
                }
            } catch (ExecutionException e) {
                throw failure(e.getCause());
            }
        }
    }

    private StorageException failure(Throwable cause) {
        String reason = cause instanceof IOException known ? Reason.of(known) : cause.toString();
        return new StorageException("Cannot read " + source + " at offset " + length + ": " + reason, cause);
    }

    @Override
    public void onRead(ByteBuffer piece, boolean isZero) throws StorageException {
        long at = length;
        length += piece.remaining();
        if (!isZero) {
            write(piece, at);
        }
    }

    private void write(ByteBuffer piece, long offset) throws StorageException {
        try {
            for (long at = offset; piece.hasRemaining(); ) {
                at += file.write(piece, at);
            }
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot write to " + path + ", at offset " + offset + " of " + source + ": " + Reason.of(e)
                            + "; free some room, or choose another spool directory",
                    e);
        }
    }

    /** The channel has ended: returns the file, which is closed in place of this. */
    SourceFile end() throws StorageException {
        reader.shutdown();
        try {
            if (file.size() < length) {
                write(ByteBuffer.wrap(new byte[1]), length - 1);
            }
            return SourceFile.spooled(path, file, length);
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new StorageException("Cannot use " + path + ": " + Reason.of(e), e);
        }
    }

    /** Stops reading and removes the file. */
    @Override
    public void close() {
        reader.shutdownNow();
        Opening.closeQuietly(file);
    }
}

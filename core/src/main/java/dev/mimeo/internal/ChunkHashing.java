package dev.mimeo.internal;

import dev.mimeo.protocol.manifest.ChunkHasher;
import dev.mimeo.protocol.manifest.ChunkTable;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.Zeros;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Reads an image once and computes its chunk hashes, on all cores, and the SHA-256 of the whole, on one, side by side.
 *
 * <p>The caller's thread reads, into a fixed ring of buffers of one chunk each; a buffer is free again when both hashes
 * have taken it. Memory: 3 buffers to 2 for each core, at most 128 MiB and
 * a quarter of the heap where chunks are small enough for that.
 */
final class ChunkHashing {
    private static final long RING_MEMORY =
            Math.min(128L << 20, Runtime.getRuntime().maxMemory() / 4);
    private static final int FEWEST_BUFFERS = 3;

    private final SourceFile source;
    private final int chunkSize;
    private final byte[][] leaves;
    private final int bufferCount;
    private final BlockingQueue<ByteBuffer> free;
    private final ExecutorService whole = Executors.newSingleThreadExecutor(ChunkHashing::daemon);
    private final ExecutorService chunks;
    private final MessageDigest sha256 = sha256();
    private final ThreadLocal<ChunkHasher> hasher = ThreadLocal.withInitial(ChunkHasher::new);
    private volatile Throwable failure;

    private ChunkHashing(SourceFile source) {
        int cores = Runtime.getRuntime().availableProcessors();
        this.source = source;
        this.chunkSize = Manifest.chunkSizeFor(source.length());
        int count = Math.toIntExact((source.length() + chunkSize - 1) / chunkSize);
        this.leaves = new byte[count][];
        this.chunks = Executors.newFixedThreadPool(cores, ChunkHashing::daemon);
        int most = (int) Math.max(FEWEST_BUFFERS, RING_MEMORY / chunkSize);
        this.bufferCount = Math.min(Math.max(FEWEST_BUFFERS, 2 * cores), Math.min(most, Math.max(1, count)));
        this.free = new ArrayBlockingQueue<>(bufferCount);
        int length = (int) Math.min(chunkSize, source.length());
        for (int i = 0; i < bufferCount; i++) {
            free.add(ByteBuffer.allocate(length));
        }
    }

    /**
     * Reads and hashes.
     *
     * @param name of the object
     * @param onProgress hears how many bytes have been read, after every chunk
     * @param isCancelled asked before every chunk; {@link CancellationException} once it is
     * @throws InterruptedIOException if the calling thread was interrupted
     */
    static ImageObject hash(SourceFile source, String name, LongConsumer onProgress, BooleanSupplier isCancelled)
            throws IOException {
        ChunkHashing hashing = new ChunkHashing(source);
        try {
            return hashing.run(name, onProgress, isCancelled);
        } catch (InterruptedException | ClosedByInterruptException e) {
            Thread.currentThread().interrupt();
            throw interrupted(e, source);
        } finally {
            hashing.whole.shutdownNow();
            hashing.chunks.shutdownNow();
        }
    }

    private ImageObject run(String name, LongConsumer onProgress, BooleanSupplier isCancelled)
            throws IOException, InterruptedException {
        for (int chunk = 0; chunk < leaves.length; chunk++) {
            if (isCancelled.getAsBoolean()) {
                throw new CancellationException("cancelled while " + source.path() + " was hashed");
            }
            long offset = (long) chunk * chunkSize;
            int length = (int) Math.min(chunkSize, source.length() - offset);
            ByteBuffer buffer = free.take().clear().limit(length);
            source.read(buffer, offset);
            hash(chunk, buffer.flip());
            onProgress.accept(offset + length);
        }
        for (int i = 0; i < bufferCount; i++) {
            // When all buffers are back, all hashes are done.
            free.take();
        }
        if (failure != null) {
            throw new IllegalStateException("hashing " + source.path() + " failed", failure);
        }
        source.checkUnchanged();
        return new ImageObject(name, source.length(), chunkSize, Digest.of(sha256.digest()), table());
    }

    private void hash(int chunk, ByteBuffer bytes) {
        AtomicInteger users = new AtomicInteger(2);
        whole.execute(() -> use(bytes, users, () -> sha256.update(bytes.array(), 0, bytes.limit())));
        chunks.execute(() -> use(bytes, users, () -> leaves[chunk] = leaf(bytes)));
    }

    private void use(ByteBuffer bytes, AtomicInteger users, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            failure = e;
        } finally {
            if (users.decrementAndGet() == 0) {
                free.add(bytes);
            }
        }
    }

    /** Returns the leaf hash of a chunk; an empty array for a chunk of zeros. */
    private byte[] leaf(ByteBuffer bytes) {
        if (Zeros.isZero(bytes)) {
            return new byte[0];
        }
        hasher.get().update(bytes.duplicate());
        return hasher.get().leaf().clone();
    }

    private ChunkTable table() {
        ChunkTable.Builder table = new ChunkTable.Builder(source.length(), chunkSize);
        for (byte[] leaf : leaves) {
            if (leaf.length == 0) {
                table.addZero();
            } else {
                table.add(leaf);
            }
        }
        return table.build();
    }

    private static InterruptedIOException interrupted(Exception cause, SourceFile source) {
        InterruptedIOException interrupted =
                new InterruptedIOException("interrupted while " + source.path() + " was hashed");
        interrupted.initCause(cause);
        return interrupted;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "mimeo-hashing");
        thread.setDaemon(true);
        return thread;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Reads the objects of an image once each, and computes the hashes of their chunks on one core and the SHA-256 of the whole
 * on another, side by side. More cores would not help: the whole has to be hashed in order.
 *
 * <p>The caller's thread reads, and looks for zeros, in a fixed ring of buffers outside the heap; a buffer is free again when
 * both hashes have taken it. Memory: 8 MiB, and the digests of the chunks.
 */
final class ChunkHashing implements AutoCloseable {
    /** Bytes that are read and hashed at a time; every chunk size is a multiple. */
    static final int PIECE_LENGTH = 256 << 10;

    private static final int PIECE_COUNT = 32;
    private static final byte[] ZERO_CHUNK = new byte[0];
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(PIECE_LENGTH).asReadOnlyBuffer();

    private final HashingProgress progress;
    private final BooleanSupplier isCancelled;
    private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(PIECE_COUNT);
    private final ExecutorService whole;
    private final ExecutorService chunks;
    private final MessageDigest sha256 = sha256();
    private int pieces;
    private volatile Throwable failure;

    /**
     * Starts the threads.
     *
     * @param isCancelled asked before every piece; {@link CancellationException} once it is
     */
    ChunkHashing(HashingProgress progress, BooleanSupplier isCancelled, ThreadMaker threads) {
        this.whole = Executors.newSingleThreadExecutor(threads.named("mimeo-hashing"));
        this.chunks = Executors.newSingleThreadExecutor(threads.named("mimeo-hashing"));
        this.progress = progress;
        this.isCancelled = isCancelled;
    }

    /** Where the bytes of an object come from, in order. */
    interface Input {
        /** Reads until {@code piece} is full, or to the end. */
        void read(ByteBuffer piece) throws IOException, InterruptedException;

        /** The piece that was read has been looked at: {@code piece} holds it, from position to limit. */
        default void onRead(ByteBuffer piece, boolean isZero) throws IOException {}
    }

    /**
     * Reads and hashes a file.
     *
     * @param name of the object
     * @throws InterruptedIOException if the calling thread was interrupted
     */
    ImageObject hash(SourceFile file, String name) throws IOException {
        try (Holes holes = file.holes()) {
            ImageObject object = hash(new FileInput(file, holes), file.length(), name, file.path())
                    .orElseThrow();
            file.checkUnchanged();
            return object;
        }
    }

    /**
     * Reads and hashes whatever {@code input} has.
     *
     * @param expectedLength of the object; 0 if it is not known
     * @param what names it in a failure
     * @return empty if the object is so much longer than expected that its chunks should be larger
     * @throws InterruptedIOException if the calling thread was interrupted
     */
    Optional<ImageObject> hash(Input input, long expectedLength, String name, Object what) throws IOException {
        try {
            return run(input, new Chunks(Manifest.chunkSizeFor(expectedLength)), name, what);
        } catch (InterruptedException | ClosedByInterruptException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException("interrupted while " + what + " was hashed");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private Optional<ImageObject> run(Input input, Chunks table, String name, Object what)
            throws IOException, InterruptedException {
        long length = 0;
        boolean fits = true;
        int count;
        do {
            if (isCancelled.getAsBoolean()) {
                throw new CancellationException("cancelled while " + what + " was hashed");
            }
            ByteBuffer piece = takePiece();
            input.read(piece);
            count = piece.flip().remaining();
            boolean isZero = Zeros.isZero(piece);
            input.onRead(piece.duplicate(), isZero);
            length += count;
            fits &= Manifest.chunkSizeFor(length) <= table.chunkSize;
            hash(piece, fits ? () -> table.update(piece.duplicate(), isZero) : table::clear);
            progress.onRead(count);
        } while (count == PIECE_LENGTH);
        awaitAll();
        if (failure != null) {
            throw new IllegalStateException("hashing " + what + " failed", failure);
        }
        Digest digest = Digest.of(sha256.digest());
        return fits
                ? Optional.of(new ImageObject(name, length, table.chunkSize, digest, table.build(length)))
                : Optional.empty();
    }

    /** When all pieces are back, all hashes are done. */
    private void awaitAll() throws InterruptedException {
        List<ByteBuffer> all = new ArrayList<>();
        while (all.size() < pieces) {
            all.add(free.take());
        }
        free.addAll(all);
    }

    private ByteBuffer takePiece() throws InterruptedException {
        ByteBuffer piece = free.poll();
        if (piece == null && pieces < PIECE_COUNT) {
            pieces++;
            return ByteBuffer.allocateDirect(PIECE_LENGTH);
        }
        return (piece == null ? free.take() : piece).clear();
    }

    private void hash(ByteBuffer piece, Runnable chunkWork) {
        AtomicInteger users = new AtomicInteger(2);
        whole.execute(() -> use(piece, users, () -> sha256.update(piece.duplicate())));
        chunks.execute(() -> use(piece, users, chunkWork));
    }

    private void use(ByteBuffer piece, AtomicInteger users, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            failure = e;
        } finally {
            if (users.decrementAndGet() == 0) {
                free.add(piece);
            }
        }
    }

    @Override
    public void close() {
        whole.shutdownNow();
        chunks.shutdownNow();
    }

    /** A file, from its start to the length that it had when it was opened. */
    private static final class FileInput implements Input {
        private final SourceFile file;
        private final Holes holes;
        private long at;

        FileInput(SourceFile file, Holes holes) {
            this.file = file;
            this.holes = holes;
        }

        @Override
        public void read(ByteBuffer piece) throws IOException {
            piece.limit((int) Math.min(piece.limit(), file.length() - at));
            if (holes.contain(at, piece.limit())) {
                piece.put(ZEROS.duplicate().limit(piece.limit()));
            } else {
                file.read(piece, at);
            }
            at += piece.limit();
        }
    }

    /** The hashes of the chunks so far. Chunks of zeros are not hashed. */
    private static final class Chunks {
        private final ChunkHasher hasher = new ChunkHasher();
        private final List<byte[]> leaves = new ArrayList<>();
        private final int chunkSize;
        private int filled;
        private boolean hasContent;

        Chunks(int chunkSize) {
            this.chunkSize = chunkSize;
        }

        void update(ByteBuffer piece, boolean isZero) {
            filled += piece.remaining();
            if (hasContent || !isZero) {
                catchUp(filled - piece.remaining());
                hasher.update(piece);
            }
            if (filled == chunkSize) {
                end();
            }
        }

        /** Content has come: the zeros before it count after all. */
        private void catchUp(int zeros) {
            for (int left = hasContent ? 0 : zeros; left > 0; left -= PIECE_LENGTH) {
                hasher.update(ZEROS.duplicate());
            }
            hasContent = true;
        }

        private void end() {
            leaves.add(hasContent ? hasher.leaf().clone() : ZERO_CHUNK);
            filled = 0;
            hasContent = false;
        }

        /** There are too many: they are of no use. */
        void clear() {
            leaves.clear();
        }

        ChunkTable build(long length) {
            if (filled > 0) {
                end();
            }
            ChunkTable.Builder table = new ChunkTable.Builder(length, chunkSize);
            for (byte[] leaf : leaves) {
                if (leaf == ZERO_CHUNK) {
                    table.addZero();
                } else {
                    table.add(leaf);
                }
            }
            return table.build();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

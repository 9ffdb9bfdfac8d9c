package dev.mimeo.internal;

import dev.mimeo.ImageTarget;
import dev.mimeo.Progress;
import dev.mimeo.StorageException;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.MalformedManifestException;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.ManifestCodec;
import dev.mimeo.protocol.manifest.ManifestLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The image that a relay keeps: a directory that a receiver writes to while a sender reads what is verified of it. Any thread.
 *
 * <p>The objects of the image are stored as in any directory target. Beside them, in {@code .mimeo-relay/manifest}, is what they
 * are to be: the SHA-256 of what follows, then the bytes of the manifest as they came. So a store that is opened again knows what
 * it holds, as far as hashes agree. A manifest that is damaged, or does not meet what the receiver demands by now, is as none.
 */
final class ImageStore implements Arrivals, Openable, ImageWriter.Watcher, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);
    private static final String PLACE = ".mimeo-relay";
    private static final long LOOK_MILLIS = 50;

    private final ImageTarget.Directory target;
    private final ImageReceiverBuilder demands;
    private final DiskThreads threads;
    private final ImageWriter writer;
    /** Guarded by {@code this}; null until the target is open. */
    private Manifest manifest;
    /** Guarded by {@code this}; of each object, empty until the target is open. */
    private List<SourceFile> files = List.of();
    /** Guarded by {@code this}; the chunks of each object that are there, those of zeros too. */
    private List<BlockSet> there = List.of();
    /** Guarded by {@code this}; of each session, by what it has opened. */
    private final Map<OpenImage, Listener> listeners = new IdentityHashMap<>();

    /**
     * Opens nothing yet.
     *
     * @param demands what an image has to be, to be taken or kept
     * @param onFailure hears of a fault that nobody expects
     */
    ImageStore(
            ImageTarget.Directory target,
            ImageReceiverBuilder demands,
            ThreadMaker maker,
            String name,
            Consumer<Throwable> onFailure) {
        this.target = target;
        this.demands = demands;
        this.threads = new DiskThreads(maker, name, DiskThreads.usualCount(), onFailure);
        this.writer = new ImageWriter(target, TargetStorage.LOCAL, threads, Optional.empty(), this);
    }

    ImageTarget.Directory target() {
        return target;
    }

    /** Returns what writes to it; of the transfer that receives. */
    ImageWriter writer() {
        return writer;
    }

    /** Returns the image that it holds, whole or in part; empty if that is not known yet. */
    synchronized Optional<Digest> image() {
        return Optional.ofNullable(manifest).map(Manifest::root);
    }

    /** Returns whether all of the image is there. */
    synchronized boolean isComplete() {
        return manifest != null && there.stream().allMatch(BlockSet::isFull);
    }

    /** Finds out what is there of an image that was kept before, if one was. Waits for that. */
    void restore() throws StorageException, InterruptedException {
        Optional<Manifest> kept = target.isFresh() ? Optional.empty() : kept();
        if (kept.isEmpty()) {
            return;
        }
        LOG.info("Looking what {} holds of image {}", target, kept.get().root());
        await(end -> writer.open(kept.get(), present -> end.complete(null), end::completeExceptionally));
        if (isComplete()) {
            await(end -> writer.publish(() -> end.complete(null), end::completeExceptionally));
        }
    }

    private static void await(Consumer<CompletableFuture<Void>> work) throws StorageException, InterruptedException {
        CompletableFuture<Void> end = new CompletableFuture<>();
        work.accept(end);
        try {
            end.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StorageException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    // ----------------------------------------------------------------------------------------------- the kept manifest

    private Path place() {
        return target.path().resolve(PLACE).resolve("manifest");
    }

    private Optional<Manifest> kept() {
        Path place = place();
        String reason;
        try {
            if (!Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            if (Files.size(place) > Digest.LENGTH + ImageReceiveTransfer.LONGEST_MANIFEST) {
                throw new MalformedManifestException("it is too long");
            }
            byte[] content = Files.readAllBytes(place);
            byte[] bytes = Arrays.copyOfRange(content, Math.min(Digest.LENGTH, content.length), content.length);
            if (content.length < Digest.LENGTH
                    || !Arrays.equals(sha256(bytes), Arrays.copyOf(content, Digest.LENGTH))) {
                throw new MalformedManifestException("it is damaged");
            }
            ImageDemands guard = new ImageDemands(demands);
            Optional<String> refusal = guard.refusal(ManifestCodec.takeApart(bytes));
            if (refusal.isEmpty()) {
                Manifest manifest = ManifestCodec.decode(bytes, limits(demands));
                refusal = guard.refusal(manifest.root()).or(() -> guard.refusal(manifest));
                if (refusal.isEmpty()) {
                    return Optional.of(manifest);
                }
            }
            reason = refusal.get();
        } catch (MalformedManifestException e) {
            reason = e.getMessage();
        } catch (IOException e) {
            reason = Reason.of(e);
        }
        LOG.info("What {} says is not gone on with: {}", place, reason);
        return Optional.empty();
    }

    private void keep(Manifest manifest) throws StorageException {
        byte[] bytes = ManifestCodec.encode(manifest);
        Path place = place();
        try {
            Files.createDirectories(place.getParent());
        } catch (IOException e) {
            throw new StorageException("Cannot keep the manifest in " + place + ": " + Reason.of(e), e);
        }
        try (TargetFile file = TargetFile.create(place, 0, Digest.LENGTH + bytes.length, TargetStorage.LOCAL)) {
            file.write(ByteBuffer.wrap(sha256(bytes)), 0);
            file.write(ByteBuffer.wrap(bytes), Digest.LENGTH);
            file.publish();
        }
    }

    /** Returns what a manifest may be that a receiver takes. */
    static ManifestLimits limits(ImageReceiverBuilder options) {
        return new ManifestLimits(
                ImageReceiveTransfer.LONGEST_MANIFEST, ImageReceiveTransfer.MOST_OBJECTS, options.maximumImageLength);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    // ------------------------------------------------------------------------------------------- what the writer tells

    @Override
    public void opened(Manifest opened, List<ObjectScan> objects) throws StorageException {
        keep(opened);
        List<SourceFile> readable = new ArrayList<>();
        List<BlockSet> chunks = new ArrayList<>();
        for (ObjectScan scan : objects) {
            ImageObject object = scan.object();
            readable.add(SourceFile.stored(scan.target().path().orElseThrow(), scan.target(), object.length()));
            BlockSet here = new BlockSet(object.chunks().count());
            here.addAll(scan.present());
            for (long chunk = 0; chunk < here.size(); chunk++) {
                if (object.chunks().isZero(chunk)) {
                    here.add(chunk);
                }
            }
            chunks.add(here);
        }
        synchronized (this) {
            manifest = opened;
            files = List.copyOf(readable);
            there = List.copyOf(chunks);
            notifyAll();
        }
    }

    @Override
    public synchronized void verified(int index, long chunk) {
        if (there.get(index).add(chunk)) {
            listeners.values().forEach(listener -> listener.arrived(index, chunk));
        }
    }

    // -------------------------------------------------------------------------------------------- what a sender is
    // told

    /** Waits until it is known what the image is. */
    @Override
    public synchronized OpenImage open(Consumer<Progress> progress, BooleanSupplier isCancelled, ThreadMaker maker)
            throws IOException {
        try {
            while (manifest == null) {
                if (isCancelled.getAsBoolean()) {
                    throw new CancellationException("the transfer was cancelled");
                }
                wait(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the transfer was interrupted");
        }
        return new OpenImage(manifest, files, Optional.of(this));
    }

    @Override
    public synchronized List<BlockSet> watch(OpenImage sent, Listener listener) {
        listeners.put(sent, listener);
        return there.stream().map(ImageStore::copy).toList();
    }

    private static BlockSet copy(BlockSet set) {
        BlockSet copy = new BlockSet(set.size());
        copy.addAll(set);
        return copy;
    }

    @Override
    public synchronized void unwatch(OpenImage sent) {
        listeners.remove(sent);
    }

    /** Closes the target; keeps what is published, and what is verified. When neither is received nor sent any more. */
    @Override
    public void close() {
        if (threads.stopAndJoin(Joining.PATIENCE_NANOS)) {
            writer.discard();
            return;
        }
        LOG.warn("The storage of {} does not answer; it is closed when it does", target);
        threads.runBeside("mimeo-cleanup", () -> {
            threads.stopAndJoin(Long.MAX_VALUE / 2);
            writer.discard();
        });
    }
}

package dev.mimeo.internal;

import dev.mimeo.ImageTarget;
import dev.mimeo.StorageException;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.manifest.ChunkHasher;
import dev.mimeo.protocol.manifest.ChunkTable;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.Zeros;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** The target of an image of small chunks, used as a transfer uses it; every call waits for its answer. */
final class TargetRig implements AutoCloseable {
    static final int CHUNK = 4 << 10;

    private final DiskThreads threads = new DiskThreads(ThreadMaker.USUAL, "mimeo-rig", 2, cause -> {
        throw new AssertionError(cause);
    });
    private final Targets targets;
    private final ImageWriter writer;
    private final Manifest manifest;

    TargetRig(ImageTarget target, TargetStorage storage, Manifest manifest) {
        this(target, Optional.empty(), storage, manifest);
    }

    /** Goes on with a target that the same transfer opened before. */
    TargetRig(ImageTarget target, Optional<List<BlockSet>> own, TargetStorage storage, Manifest manifest) {
        this.targets = new Targets(storage, threads);
        this.writer = targets.add(target, own);
        this.manifest = manifest;
    }

    /** What a transfer asks, with both answers. */
    private interface Question<T> {
        void ask(Consumer<T> onAnswer, Consumer<StorageException> onFailure);
    }

    /** Returns the manifest of an image with one object. */
    static Manifest manifest(byte[] content) {
        return manifest(List.of(object("image.raw", content)));
    }

    static Manifest manifest(List<ImageObject> objects) {
        return new Manifest("image", "", 0, Manifest.ALLOW_MULTICAST, objects);
    }

    static ImageObject object(String name, byte[] content) {
        ChunkTable.Builder chunks = new ChunkTable.Builder(content.length, CHUNK);
        ChunkHasher hasher = new ChunkHasher();
        for (int at = 0; at < content.length; at += CHUNK) {
            ByteBuffer chunk = ByteBuffer.wrap(content, at, Math.min(CHUNK, content.length - at));
            if (Zeros.isZero(chunk)) {
                chunks.addZero();
            } else {
                hasher.update(chunk);
                chunks.add(hasher.leaf());
            }
        }
        return new ImageObject(name, content.length, CHUNK, Digest.of(new byte[Digest.LENGTH]), chunks.build());
    }

    /** Opens the target, and returns the chunks that are present in each object. */
    List<BlockSet> open() throws StorageException {
        return ask((onAnswer, onFailure) -> writer.open(manifest, onAnswer, onFailure));
    }

    /** Opens the target of one object, and returns the numbers of the chunks that are present. */
    List<Long> present() throws StorageException {
        return numbers(open().get(0));
    }

    static List<Long> numbers(BlockSet set) {
        return LongStream.range(0, set.size()).filter(set::contains).boxed().toList();
    }

    /** Writes some chunks of an object, as blocks that came from the network, and reads them back. */
    void receive(int index, byte[] content, long... chunks) throws StorageException {
        for (long chunk : chunks) {
            int offset = (int) chunk * CHUNK;
            int length = Math.min(CHUNK, content.length - offset);
            SourceBlock block = block(content, offset, length, chunk);
            this.<Boolean>ask(
                    (onAnswer, onFailure) -> writer.write(index, block, () -> onAnswer.accept(true), onFailure));
            byte[] leaf = ask((onAnswer, onFailure) -> writer.hash(index, chunk, onAnswer, onFailure));
            if (!manifest.objects().get(index).chunks().matches(chunk, leaf)) {
                throw new AssertionError("chunk " + chunk + " does not read back");
            }
        }
    }

    /** Opens the target, receives what is missing, publishes; returns what was present. */
    List<BlockSet> complete(byte[]... contents) throws StorageException {
        List<BlockSet> present = open();
        for (int index = 0; index < contents.length; index++) {
            ChunkTable chunks = manifest.objects().get(index).chunks();
            BlockSet held = present.get(index);
            receive(
                    index,
                    contents[index],
                    LongStream.range(0, chunks.count())
                            .filter(chunk -> !chunks.isZero(chunk) && !held.contains(chunk))
                            .toArray());
        }
        publish();
        return present;
    }

    void publish() throws StorageException {
        this.<Boolean>ask((onAnswer, onFailure) -> writer.publish(() -> onAnswer.accept(true), onFailure));
    }

    ImageWriter writer() {
        return writer;
    }

    @Override
    public void close() {
        targets.close();
    }

    private static SourceBlock block(byte[] content, int offset, int length, long chunk) {
        TransmissionInformation information =
                new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, content.length, CHUNK, 1, 0);
        SourceBlock block = SourceBlock.standalone(ByteBuffer.allocate(CHUNK));
        block.open(new ObjectId(1), information, information.partition(), chunk);
        block.place(0, ByteBuffer.wrap(content), offset, length);
        return block;
    }

    private <T> T ask(Question<T> question) throws StorageException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        question.ask(answer::complete, answer::completeExceptionally);
        try {
            return answer.orTimeout(20, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StorageException refused) {
                throw refused;
            }
            throw e;
        }
    }
}

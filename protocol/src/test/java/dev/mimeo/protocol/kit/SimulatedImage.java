package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.manifest.ChunkHasher;
import dev.mimeo.protocol.manifest.ChunkTable;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.ManifestCodec;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An image made up from a seed, in memory, with its manifest: random bytes, and runs of zero chunks if wanted. Immutable;
 * simulations of the same seed may share it.
 */
public final class SimulatedImage {
    private final List<byte[]> contents;
    private final Manifest manifest;
    private final byte[] manifestBytes;
    private final Map<Integer, BitSet> nonZero = new ConcurrentHashMap<>();

    private SimulatedImage(List<byte[]> contents, Manifest manifest) {
        this.contents = contents;
        this.manifest = manifest;
        this.manifestBytes = ManifestCodec.encode(manifest);
    }

    /** Starts an image without objects. */
    public static Builder builder(long seed) {
        return new Builder(seed);
    }

    /** Returns what the image is. */
    public Manifest manifest() {
        return manifest;
    }

    /** Returns how many objects it has. */
    public int objectCount() {
        return contents.size();
    }

    /** Returns the bytes in all objects. */
    public long length() {
        return contents.stream().mapToLong(content -> content.length).sum();
    }

    /** Returns a chunk's leaf hash. */
    public byte[] leafHash(int object, long chunk) {
        return manifest.objects().get(object).chunks().digest(chunk).bytes();
    }

    /** The bytes of an object; not to be changed. */
    byte[] content(int object) {
        return contents.get(object);
    }

    /** Which bytes of an object are not zero; not to be changed. */
    BitSet nonZeroBytes(int object) {
        return nonZero.computeIfAbsent(object, o -> {
            byte[] content = contents.get(o);
            BitSet set = new BitSet(content.length);
            for (int i = 0; i < content.length; i++) {
                set.set(i, content[i] != 0);
            }
            return set;
        });
    }

    /** The manifest as it is sent; not to be changed. */
    byte[] manifestBytes() {
        return manifestBytes;
    }

    /** Collects objects. */
    public static final class Builder {
        private static final int LONGEST_ZERO_RUN = 6;

        private final SplittableRandom random;
        private final List<byte[]> contents = new ArrayList<>();
        private int chunkSize = 4096;
        private double zeroShare;

        private Builder(long seed) {
            random = new SplittableRandom(Mix.of(seed, 0x696d_6167_65L));
        }

        /** Default: 4,096, the smallest there is. */
        public Builder chunkSize(int chunkSize) {
            this.chunkSize = chunkSize;
            return this;
        }

        /** Default: 0. Which share of the chunks of objects that follow is zero, roughly, in runs. */
        public Builder zeros(double share) {
            LossModels.requireProbability(share);
            this.zeroShare = share;
            return this;
        }

        /** Adds an object of random bytes and zero chunks. */
        public Builder object(int length) {
            byte[] content = new byte[length];
            int offset = 0;
            while (offset < length) {
                long run = (long) random.nextInt(1, LONGEST_ZERO_RUN + 1) * chunkSize;
                int end = (int) Math.min(length, offset + run);
                if (random.nextDouble() >= zeroShare) {
                    fill(content, offset, end);
                }
                offset = end;
            }
            return object(content);
        }

        /** Adds an object with this content, which nobody may change any more. */
        public Builder object(byte[] content) {
            contents.add(content);
            return this;
        }

        private void fill(byte[] content, int from, int to) {
            for (int i = from; i < to; i++) {
                content[i] = (byte) random.nextInt(1, 256);
            }
        }

        /** Makes the image and its manifest. */
        public SimulatedImage build() {
            List<ImageObject> objects = new ArrayList<>();
            for (byte[] content : contents) {
                String name = "object-" + objects.size() + ".img";
                objects.add(new ImageObject(name, content.length, chunkSize, sha256(content), table(content)));
            }
            Manifest manifest = new Manifest("simulated", "1", 0, 0, objects);
            return new SimulatedImage(List.copyOf(contents), manifest);
        }

        private ChunkTable table(byte[] content) {
            ChunkTable.Builder table = new ChunkTable.Builder(content.length, chunkSize);
            ChunkHasher hasher = new ChunkHasher();
            for (int offset = 0; offset < content.length; offset += chunkSize) {
                hasher.update(ByteBuffer.wrap(content, offset, Math.min(chunkSize, content.length - offset)));
                table.add(hasher.leaf());
            }
            return table.build();
        }

        private static Digest sha256(byte[] content) {
            try {
                return Digest.of(MessageDigest.getInstance("SHA-256").digest(content));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }
}

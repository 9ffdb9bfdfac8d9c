package dev.mimeo.benchmarks;

import dev.mimeo.protocol.manifest.ChunkTable;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.MalformedManifestException;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.ManifestCodec;
import dev.mimeo.protocol.manifest.ManifestLimits;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does the manifest of a large image cost: a sender to write it, a receiver to read it and to compute its root?
 *
 * <p>An operation is the manifest of 16 GiB in chunks of 1 MiB, every fourth of zeros: 16,384 chunks, 12,288 hashes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ManifestBenchmark {
    private static final int CHUNK_SIZE = 1 << 20;
    private static final int CHUNKS = 1 << 14;
    private static final ManifestLimits LIMITS = new ManifestLimits(1 << 24, 1, 1L << 40);

    private Manifest manifest;
    private byte[] encoded;

    /** Makes the manifest, and proves that it survives. */
    @Setup
    public void make() throws MalformedManifestException {
        Random random = new Random(1);
        byte[] hash = new byte[Digest.LENGTH];
        long length = (long) CHUNKS * CHUNK_SIZE;
        ChunkTable.Builder chunks = new ChunkTable.Builder(length, CHUNK_SIZE);
        for (int i = 0; i < CHUNKS; i++) {
            random.nextBytes(hash);
            if (i % 4 == 0) {
                chunks.addZero();
            } else {
                chunks.add(hash);
            }
        }
        ImageObject object = new ImageObject("disk.img", length, CHUNK_SIZE, Digest.of(hash), chunks.build());
        manifest = new Manifest("disk.img", "1", 0, Manifest.ALLOW_MULTICAST, List.of(object));
        encoded = ManifestCodec.encode(manifest);
        Shape.require(ManifestCodec.decode(encoded, LIMITS).equals(manifest), "what is read is what was written");
    }

    /** Writes it. */
    @Benchmark
    public byte[] encode() {
        return ManifestCodec.encode(manifest);
    }

    /** Reads it, and computes the root of its hashes. */
    @Benchmark
    public Digest decode() throws MalformedManifestException {
        return ManifestCodec.decode(encoded, LIMITS).root();
    }
}

package dev.mimeo.benchmarks;

import dev.mimeo.protocol.manifest.ChunkHasher;
import dev.mimeo.protocol.manifest.Zeros;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What does it cost one core to prove that bytes are the right ones, or zeros: a symbol, a small chunk, a large one?
 *
 * <p>An operation is one byte, so 1 op/ns is 1 GB in a second. The same chunk is summed again and again, so it comes from
 * the nearest cache that holds it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ChecksumBenchmark {
    /** The smallest number of bytes that is a whole number of chunks of each length. */
    private static final int BYTES_IN_ALL = 11 << 20;

    /** Bytes in a chunk. */
    @Param({"1408", "65536", "1048576"})
    public int length;

    private final CRC32C crc32c = new CRC32C();
    private final ChunkHasher chunkHasher = new ChunkHasher();
    private MessageDigest sha256;
    private byte[] heap;
    private ByteBuffer direct;
    private ByteBuffer zeros;

    /** Makes the chunk, and proves that the sums are what their definitions say. */
    @Setup
    public void makeChunk() throws NoSuchAlgorithmException {
        sha256 = MessageDigest.getInstance("SHA-256");
        Shape.require(BYTES_IN_ALL % length == 0, "a whole number of chunks is summed");
        heap = new byte[length];
        new Random(length).nextBytes(heap);
        direct = ByteBuffer.allocateDirect(length).put(heap).flip();
        zeros = ByteBuffer.allocateDirect(length);
        Shape.require(Zeros.isZero(zeros) && !Zeros.isZero(direct), "zeros are told from others");

        crc32c.update("123456789".getBytes(StandardCharsets.US_ASCII));
        Shape.require(crc32c.getValue() == 0xe306_9283L, "CRC32C is that of RFC 3720");
        byte[] abc = sha256.digest("abc".getBytes(StandardCharsets.US_ASCII));
        Shape.require(HexFormat.of().formatHex(abc, 0, 4).equals("ba7816bf"), "SHA-256 is that of FIPS 180-4");
        sha256.update((byte) 0);
        chunkHasher.update(direct.duplicate());
        Shape.require(Arrays.equals(sha256.digest(heap), chunkHasher.leaf()), "a leaf is that of RFC 9162");
    }

    /** CRC32C of a chunk outside the heap. */
    @Benchmark
    @OperationsPerInvocation(BYTES_IN_ALL)
    public void crc32c(Blackhole blackhole) {
        for (int at = 0; at < BYTES_IN_ALL; at += length) {
            crc32c.reset();
            crc32c.update(direct.rewind());
            blackhole.consume(crc32c.getValue());
        }
    }

    /** Leaf hash (SHA-256) of a chunk outside the heap, as disk threads make it. */
    @Benchmark
    @OperationsPerInvocation(BYTES_IN_ALL)
    public void leaf(Blackhole blackhole) {
        for (int at = 0; at < BYTES_IN_ALL; at += length) {
            chunkHasher.update(direct.rewind());
            blackhole.consume(chunkHasher.leaf());
        }
    }

    /** That a chunk outside the heap is all zeros, as it is when a hole was read. */
    @Benchmark
    @OperationsPerInvocation(BYTES_IN_ALL)
    public void zeros(Blackhole blackhole) {
        for (int at = 0; at < BYTES_IN_ALL; at += length) {
            blackhole.consume(Zeros.isZero(zeros));
        }
    }

    /** SHA-256 of a chunk in the heap: what {@link #leaf} would cost there. */
    @Benchmark
    @OperationsPerInvocation(BYTES_IN_ALL)
    public void sha256(Blackhole blackhole) {
        for (int at = 0; at < BYTES_IN_ALL; at += length) {
            sha256.update(heap);
            blackhole.consume(sha256.digest());
        }
    }
}

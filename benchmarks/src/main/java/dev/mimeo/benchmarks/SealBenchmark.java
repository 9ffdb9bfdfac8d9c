package dev.mimeo.benchmarks;

import dev.mimeo.internal.KeySchedule;
import dev.mimeo.internal.PacketCipher;
import dev.mimeo.internal.PacketKey;
import dev.mimeo.protocol.seal.SealDirection;
import dev.mimeo.protocol.seal.SealHeader;
import dev.mimeo.protocol.seal.SealId;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
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

/** What does it cost one core to seal a NORM message of 1,400 bytes, to open one, and to find that one is forged? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SealBenchmark {
    private static final int LENGTH = 1_400;
    private static final SealId SESSION = new SealId(1, 2);

    private final PacketCipher sealing = new PacketCipher();
    private final PacketCipher opening = new PacketCipher();
    private final SealHeader header = new SealHeader();
    private final byte[] plain = new byte[LENGTH];
    private final byte[] opened = new byte[LENGTH + SealHeader.SENDER_OVERHEAD];
    private final ByteBuffer out = ByteBuffer.allocate(LENGTH + SealHeader.SENDER_OVERHEAD);
    private final byte[] sealed = new byte[LENGTH + SealHeader.SENDER_OVERHEAD];
    private final byte[] forged = new byte[LENGTH + SealHeader.SENDER_OVERHEAD];
    private KeySchedule schedule;
    private PacketKey key;
    private long counter;
    private long stranger;

    /** Makes a packet and a forgery, and proves that one opens and the other does not. */
    @Setup
    public void makePackets() throws IOException, MalformedDatagramException {
        byte[] groupKey = new byte[32];
        new Random(1).nextBytes(groupKey);
        new Random(2).nextBytes(plain);
        schedule = new KeySchedule(groupKey);
        key = schedule.data(schedule.secret(SESSION), 0);
        Shape.require(seal() == sealed.length, "a packet is as long as its message and the overhead");
        System.arraycopy(out.array(), 0, sealed, 0, sealed.length);
        System.arraycopy(sealed, 0, forged, 0, sealed.length);
        forged[forged.length - 1] ^= 1;
        header.read(ByteBuffer.wrap(sealed));
        Shape.require(open() == LENGTH, "it opens");
        Shape.require(Arrays.equals(opened, 0, LENGTH, plain, 0, LENGTH), "to what was sealed");
        Shape.require(openForged() < 0, "a forgery does not");
    }

    /** Seals one. */
    @Benchmark
    public int seal() throws IOException {
        counter++;
        int headerLength = SealHeader.write(out, SESSION, counter);
        return sealing.seal(key, SealDirection.FROM_SENDER, counter, plain, LENGTH, out.array(), headerLength);
    }

    /** Opens one. */
    @Benchmark
    public int open() throws IOException {
        return opening.open(key, header, sealed, sealed.length, opened);
    }

    /** Refuses one of a known session. */
    @Benchmark
    public int openForged() throws IOException {
        return opening.open(key, header, forged, forged.length, opened);
    }

    /** Refuses one of an unknown session, whose keys are derived to try it. */
    @Benchmark
    public int openOfStranger() throws IOException {
        PacketKey tried = schedule.data(schedule.secret(new SealId(3, stranger++)), 0);
        return opening.open(tried, header, sealed, sealed.length, opened);
    }
}

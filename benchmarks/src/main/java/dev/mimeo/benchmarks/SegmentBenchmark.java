package dev.mimeo.benchmarks;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.Outbound;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.wire.DataEncoder;
import dev.mimeo.protocol.wire.DataHeader;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.ObjectFlags;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What does a sender pay to make a datagram of a symbol: header and copy, before any socket sees it?
 *
 * <p>An operation is one datagram of 40 bytes of header and 1,408 of symbol, made in one buffer that all of them share.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SegmentBenchmark {
    private final Shape shape = new Shape(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 0);
    private final SourceBlock[] blocks = shape.completeBlocks();
    private final DataEncoder encoder =
            new DataEncoder(new NodeId(1), 4_660, Shape.OBJECT, ObjectFlags.FILE, shape.information());
    private final Outbound outbound = new Outbound(ByteBuffer.allocateDirect(2_048));
    private int next;
    private int sequence;

    /** Proves that the datagrams of each block bring it back. */
    @Setup
    public void proveRoundTrip() throws MalformedDatagramException {
        SourceBlock[] received = shape.emptyBlocks();
        DataHeader header = new DataHeader();
        for (int i = 0; i < Shape.BLOCK_COUNT; i++) {
            for (int symbolId = 0; symbolId < Shape.SYMBOL_COUNT; symbolId++) {
                ByteBuffer datagram = segment(blocks[i], symbolId);
                header.wrap(datagram);
                Shape.require(header.blockNumber() == i && header.symbolId() == symbolId, "a header says which symbol");
                received[i].place(symbolId, datagram, header.payloadPosition(), header.payloadLength());
            }
            Shape.require(received[i].memory().equals(blocks[i].memory()), "what is sent arrives");
        }
    }

    /** Makes the datagrams of a block. */
    @Benchmark
    @OperationsPerInvocation(Shape.SYMBOL_COUNT)
    public void segment(Blackhole blackhole) {
        next = (next + 1) % Shape.BLOCK_COUNT;
        for (int symbolId = 0; symbolId < Shape.SYMBOL_COUNT; symbolId++) {
            blackhole.consume(segment(blocks[next], symbolId));
        }
    }

    private ByteBuffer segment(SourceBlock block, int symbolId) {
        ByteBuffer out = outbound.toGroup();
        encoder.encode(out, sequence++ & 0xffff, 76, 4, 0, false, block.blockNumber(), block.symbolCount(), symbolId);
        int payload = out.position();
        out.put(payload, block.memory(), block.symbolPosition(symbolId), Shape.SYMBOL_LENGTH);
        out.position(payload + Shape.SYMBOL_LENGTH);
        return outbound.datagram();
    }
}

package dev.mimeo.benchmarks;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
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

/**
 * What does a receiver pay for a symbol between socket and block: checking the datagram, and copying the symbol into place?
 *
 * <p>An operation is one datagram of 40 bytes of header and 1,408 of symbol. The datagrams of one block lie in the inner
 * caches, as if just received; the blocks they go to take turns.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PlaceBenchmark {
    private final Shape shape = new Shape(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 0);
    private final SourceBlock[] blocks = shape.emptyBlocks();
    private final ByteBuffer[] datagrams = new ByteBuffer[Shape.SYMBOL_COUNT];
    private final DataHeader header = new DataHeader();
    private int next;

    /** Makes the datagrams of one block, and proves that they make that block again. */
    @Setup
    public void makeDatagrams() throws MalformedDatagramException {
        SourceBlock sent = shape.completeBlocks()[0];
        DataEncoder encoder =
                new DataEncoder(new NodeId(1), 4_660, Shape.OBJECT, ObjectFlags.FILE, shape.information());
        for (int symbolId = 0; symbolId < Shape.SYMBOL_COUNT; symbolId++) {
            ByteBuffer datagram = ByteBuffer.allocateDirect(encoder.length() + Shape.SYMBOL_LENGTH);
            encoder.encode(datagram, symbolId, 76, 4, 0, false, 0, Shape.SYMBOL_COUNT, symbolId);
            datagram.put(datagram.position(), sent.memory(), sent.symbolPosition(symbolId), Shape.SYMBOL_LENGTH);
            datagrams[symbolId] = datagram.clear();
        }
        SourceBlock received = place();
        Shape.require(
                received.isComplete() && received.memory().equals(sent.memory()), "what arrives is what was sent");
    }

    /** Takes in the datagrams of a block. */
    @Benchmark
    @OperationsPerInvocation(Shape.SYMBOL_COUNT)
    public SourceBlock place() throws MalformedDatagramException {
        next = (next + 1) % Shape.BLOCK_COUNT;
        SourceBlock block = blocks[next];
        shape.open(block, next);
        for (ByteBuffer datagram : datagrams) {
            header.wrap(datagram);
            if (header.informationEquals(shape.information())) {
                block.place(header.symbolId(), datagram, header.payloadPosition(), header.payloadLength());
            }
        }
        return block;
    }
}

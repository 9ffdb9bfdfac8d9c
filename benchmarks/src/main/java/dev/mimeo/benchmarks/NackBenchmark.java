package dev.mimeo.benchmarks;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.Outbound;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.sender.SenderConfig;
import dev.mimeo.protocol.sender.SenderEvent;
import dev.mimeo.protocol.sender.SenderMachine;
import dev.mimeo.protocol.sender.TransmitObject;
import dev.mimeo.protocol.wire.DataHeader;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.Message;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.MessageType;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.ObjectFlags;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.RepairRequestBuilder;
import dev.mimeo.protocol.wire.Watermark;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Optional;
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
 * What does a request for repair cost: a receiver to make it, and a sender to read it and to add it to what others ask for?
 *
 * <p>An operation is one NORM_NACK that asks for three symbols of each of 16 blocks. At the sender it is the next of 1,000
 * receivers, a millisecond after the one before; nothing is sent meanwhile.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class NackBenchmark {
    private static final NodeId SENDER = new NodeId(1);
    private static final int INSTANCE = 4_660;
    private static final int RECEIVERS = 1_000;
    private static final int BLOCKS = 16;
    private static final int ROOM = 1_200;
    private static final long APART_NANOS = 1_000_000;
    private static final long SECOND = 1_000_000_000;

    private final Shape shape = new Shape(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 16);
    private final ByteBuffer[] nacks = new ByteBuffer[RECEIVERS];
    private final ByteBuffer made = ByteBuffer.allocateDirect(2_048);
    private final BitSet[] missing = new BitSet[RECEIVERS];
    private final BlockPool pool =
            new BlockPool(Shape.BLOCK_COUNT * BlockPool.blockLength(shape.information()), ByteBuffer::allocateDirect);
    private final SenderMachine sender = new SenderMachine(
            SenderConfig.builder(SENDER, INSTANCE)
                    .bytesPerSecond(1_000_000_000)
                    .initialGrttNanos(SECOND / 10)
                    .maximumReceivers(RECEIVERS)
                    .build(),
            pool,
            new Random(1));
    private final ObjectId object =
            sender.offer(new TransmitObject(shape.information(), true, ByteBuffer.allocate(0), KnownChunks.NONE, 0));
    private final Outbound outbound = new Outbound(ByteBuffer.allocateDirect(2_048));
    private int next;
    private long nanos;

    /** Makes the requests, sends the object once, and proves that a request is answered. */
    @Setup
    public void prepare() throws MalformedDatagramException {
        Random random = new Random(1);
        for (int i = 0; i < RECEIVERS; i++) {
            missing[i] = new BitSet(Shape.SYMBOL_COUNT);
            for (int j = 0; j < 3; j++) {
                missing[i].set(random.nextInt(Shape.SYMBOL_COUNT));
            }
            next = i;
            nacks[i] = ByteBuffer.allocateDirect(ROOM + 200).put(build()).flip();
        }
        Shape.require(repairs(SECOND) == 0, "nothing is repaired before anybody asks");
        aggregate();
        Shape.require(repairs(SECOND) > 0, "what is asked for is repaired");
    }

    /** Returns how many symbols are sent as repair in some time. */
    private int repairs(long forNanos) throws MalformedDatagramException {
        int repairs = 0;
        DataHeader header = new DataHeader();
        for (long end = nanos + forNanos; nanos < end; nanos += APART_NANOS) {
            sender.onTime(nanos);
            while (sender.pollDatagram(outbound, nanos)) {
                ByteBuffer datagram = outbound.datagram();
                if (MessageCodec.type(datagram).equals(Optional.of(MessageType.DATA))) {
                    header.wrap(datagram);
                    repairs += (header.flags() & ObjectFlags.REPAIR) == 0 ? 0 : 1;
                }
                sender.drainEvents(new Disk());
            }
            sender.drainEvents(new Disk());
        }
        return repairs;
    }

    /** Makes a request. */
    @Benchmark
    public ByteBuffer build() {
        RepairRequestBuilder requests = new RepairRequestBuilder(ROOM);
        for (int block = 0; block < BLOCKS; block++) {
            requests.symbols(
                    Watermark.of(
                            shape.information().encoding(),
                            object,
                            shape.information().partition(),
                            block,
                            0),
                    missing[next]);
        }
        ReceiverHeader header = new ReceiverHeader(0, new NodeId(0x100 + next), SENDER, INSTANCE, 0);
        made.clear();
        MessageCodec.encode(new Nack(header, null, requests.build()), made);
        return made.flip();
    }

    /** Reads a request. */
    @Benchmark
    public Message read() throws MalformedDatagramException {
        next = (next + 1) % RECEIVERS;
        return MessageCodec.decode(nacks[next]);
    }

    /** Reads a request, and adds it to those that were heard. */
    @Benchmark
    public void aggregate() {
        next = (next + 1) % RECEIVERS;
        nanos += APART_NANOS;
        sender.onDatagram(nacks[next], Delivery.UNICAST, nanos);
    }

    /** Reads nothing: what is in the blocks does not matter. */
    private final class Disk implements SenderEvent.Handler {
        @Override
        public void on(SenderEvent.BlockWanted event) {
            SourceBlock block = event.block();
            block.mark(0, block.symbolCount() + block.information().parityCount());
            sender.onBlock(block, nanos);
        }

        @Override
        public void on(SenderEvent.ReceiverChanged event) {}

        @Override
        public void on(SenderEvent.StateChanged event) {}
    }
}

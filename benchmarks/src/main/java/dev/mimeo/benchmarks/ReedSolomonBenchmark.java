package dev.mimeo.benchmarks;

import dev.mimeo.protocol.BlockPartition;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.fec.ReedSolomon;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

/**
 * How fast can one core make parity, and make lost symbols from it?
 *
 * <p>Blocks of 128 symbols of 1,408 bytes in direct memory, 32 of them in turn, so that they come from the outer cache, as
 * they do when a disk or a network filled them. The result counts bytes of source, of the whole block, so 1 op/ns is 1 GB
 * of the image in a second, whatever the number of parity or lost symbols.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ReedSolomonBenchmark {
    private static final int SYMBOL_COUNT = 128;
    private static final int SYMBOL_LENGTH = 1_408;
    private static final int BYTE_COUNT = SYMBOL_COUNT * SYMBOL_LENGTH;
    private static final int BLOCK_COUNT = 32;
    private static final long SEED = 1;

    /** Parity symbols to make; source symbols that are lost. */
    @Param({"1", "4", "16"})
    public int symbols;

    private TransmissionInformation information;
    private BlockPartition partition;
    private SourceBlock[] complete;
    private SourceBlock[] lossy;
    private ReedSolomon code;
    private int next;

    /** Fills the blocks, and proves that each survives the loss. */
    @Setup
    public void fillBlocks() {
        information = new TransmissionInformation(
                FecEncoding.SMALL_BLOCK_SYSTEMATIC, BYTE_COUNT, SYMBOL_LENGTH, SYMBOL_COUNT, symbols);
        partition = information.partition();
        code = new ReedSolomon(SYMBOL_COUNT, symbols);
        complete = new SourceBlock[BLOCK_COUNT];
        lossy = new SourceBlock[BLOCK_COUNT];
        Random random = new Random(SEED);
        for (int i = 0; i < BLOCK_COUNT; i++) {
            byte[] image = new byte[BYTE_COUNT];
            random.nextBytes(image);
            complete[i] = block(image);
            complete[i].mark(0, SYMBOL_COUNT);
            code.encode(complete[i], 0, symbols);

            lossy[i] = SourceBlock.standalone(ByteBuffer.allocateDirect(information.symbolLength() * (128 + symbols)));
            lossy[i].memory().put(0, complete[i].memory(), 0, lossy[i].memory().capacity());
            for (int lost = 0; lost < symbols; lost++) {
                lossy[i].memory().put(SYMBOL_LENGTH * lost(lost), new byte[SYMBOL_LENGTH]);
            }
            lose(lossy[i]);
            code.reconstruct(lossy[i]);
            if (!complete[i].memory().equals(lossy[i].memory())) {
                throw new AssertionError("block " + i + " came back different");
            }
        }
    }

    /** Makes parity symbols of a block. */
    @Benchmark
    @OperationsPerInvocation(BYTE_COUNT)
    public SourceBlock encode() {
        SourceBlock block = complete[next++ % BLOCK_COUNT];
        code.encode(block, 0, symbols);
        return block;
    }

    /** Makes lost source symbols of a block, spread over it evenly. */
    @Benchmark
    @OperationsPerInvocation(BYTE_COUNT)
    public SourceBlock reconstruct() {
        SourceBlock block = lossy[next++ % BLOCK_COUNT];
        lose(block);
        code.reconstruct(block);
        return block;
    }

    private SourceBlock block(byte[] image) {
        SourceBlock block = SourceBlock.standalone(ByteBuffer.allocateDirect(SYMBOL_LENGTH * (SYMBOL_COUNT + symbols)));
        block.open(new ObjectId(0), information, partition, 0);
        block.memory().put(0, image);
        return block;
    }

    /** Makes the block one that holds all parity and all source but some. Its memory keeps what it held. */
    private void lose(SourceBlock block) {
        block.open(new ObjectId(0), information, partition, 0);
        int from = 0;
        for (int i = 0; i < symbols; i++) {
            block.mark(from, lost(i));
            from = lost(i) + 1;
        }
        block.mark(from, SYMBOL_COUNT + symbols);
    }

    private int lost(int number) {
        return number * SYMBOL_COUNT / symbols;
    }
}

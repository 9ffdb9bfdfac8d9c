package dev.mimeo.benchmarks;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.fec.ReedSolomon;
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
 * <p>An operation is one byte of source in the block, so 1 op/ns is 1 GB of the image in a second, whatever the number of
 * parity symbols made or source symbols lost.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ReedSolomonBenchmark {
    /** Parity symbols to make; source symbols that are lost. */
    @Param({"1", "4", "16"})
    public int symbols;

    /** Which field: {@code REED_SOLOMON_16} is over GF(2^16), all others are over GF(2^8). */
    @Param("SMALL_BLOCK_SYSTEMATIC")
    public FecEncoding encoding;

    private Shape shape;
    private SourceBlock[] complete;
    private SourceBlock[] lossy;
    private ReedSolomon code;
    private int next;

    /** Fills the blocks, and proves that each survives the loss. */
    @Setup
    public void fillBlocks() {
        shape = new Shape(encoding, symbols);
        complete = shape.completeBlocks();
        lossy = shape.emptyBlocks();
        code = new ReedSolomon(shape.information());
        for (int i = 0; i < Shape.BLOCK_COUNT; i++) {
            code.encode(complete[i], 0, symbols);
            lossy[i].memory()
                    .put(0, complete[i].memory(), 0, complete[i].memory().capacity());
            for (int number = 0; number < symbols; number++) {
                lossy[i].memory().put(lossy[i].symbolPosition(lost(number)), new byte[Shape.SYMBOL_LENGTH]);
            }
            Shape.require(!lossy[i].memory().equals(complete[i].memory()), "something is lost");
            lose(i);
            code.reconstruct(lossy[i]);
            Shape.require(lossy[i].memory().equals(complete[i].memory()), "what is lost comes back");
        }
    }

    /** Makes parity symbols of a block. */
    @Benchmark
    @OperationsPerInvocation(Shape.BLOCK_LENGTH)
    public SourceBlock encode() {
        SourceBlock block = complete[turn()];
        code.encode(block, 0, symbols);
        return block;
    }

    /** Makes the lost source symbols of a block. */
    @Benchmark
    @OperationsPerInvocation(Shape.BLOCK_LENGTH)
    public SourceBlock reconstruct() {
        int turn = turn();
        lose(turn);
        code.reconstruct(lossy[turn]);
        return lossy[turn];
    }

    private int turn() {
        next = (next + 1) % Shape.BLOCK_COUNT;
        return next;
    }

    /** Forgets source symbols, spread over the block evenly; all parity is there. */
    private void lose(int blockNumber) {
        SourceBlock block = lossy[blockNumber];
        shape.open(block, blockNumber);
        int from = 0;
        for (int number = 0; number < symbols; number++) {
            block.mark(from, lost(number));
            from = lost(number) + 1;
        }
        block.mark(from, Shape.SYMBOL_COUNT + symbols);
    }

    private int lost(int number) {
        return number * Shape.SYMBOL_COUNT / symbols;
    }
}

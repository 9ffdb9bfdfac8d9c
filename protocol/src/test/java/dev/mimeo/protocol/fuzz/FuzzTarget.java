package dev.mimeo.protocol.fuzz;

import dev.mimeo.protocol.manifest.Allocation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Something that takes whatever bytes come: a decoder, a machine. Every build runs it over its {@link Corpus}; with
 * {@code -Pfuzz -Dmimeo.fuzz.seconds=N}, Jazzer looks for inputs that do more, or that break it.
 */
public abstract class FuzzTarget {
    /** What a short input may cost, in bytes of heap; room for what the virtual machine does on the way. */
    private static final long FREE_BYTES = 64 << 10;
    /** What Jazzer watches costs heap of its own: there, only claims that are out of all proportion are found. */
    private static final int HEAP_FACTOR_OF_JAZZER = 32;

    private static int heapFactor = 1;

    static void watchedByJazzer() {
        heapFactor = HEAP_FACTOR_OF_JAZZER;
    }

    /** Takes an input; whatever it throws is a finding. May be called any number of times. */
    protected abstract void run(byte[] input) throws Exception;

    /** Returns inputs to start from: real ones, one of each kind. */
    protected abstract List<byte[]> seeds();

    /** Fails unless {@code code} allocates no more than {@code perByte} bytes for each one of the input. */
    protected static void allocatesAtMost(long perByte, byte[] input, Allocation.Code code) throws Exception {
        long limit = heapFactor * (FREE_BYTES + perByte * input.length);
        if (Allocation.bytesOfOne(code) > limit) { // Once, and that may have been a class that was loaded.
            long bytes = Allocation.bytesOf(code);
            if (bytes > limit) {
                throw new AssertionError(bytes + " bytes of heap for " + input.length);
            }
        }
    }

    /** Fails unless something holds. */
    protected static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    @Test
    public void whatWasWorthKeepingHolds() {
        List<byte[]> inputs = Corpus.of(getClass()).inputs(seeds());
        require(inputs.size() > 2, "no corpus beside the seeds");
        for (byte[] input : inputs) {
            try {
                run(input);
            } catch (Exception | Error e) {
                throw new AssertionError("input " + Corpus.hex(input), e);
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = Fuzzer.SECONDS, matches = "\\d+")
    public void jazzerFindsNothing() throws Exception {
        new Fuzzer(getClass(), Corpus.of(getClass()).inputs(seeds())).run();
    }
}

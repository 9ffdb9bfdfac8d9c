package dev.mimeo.protocol.fec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The code as C2 vectorises it against the definition in {@link SlowCode}: every length of a symbol, of a block and of a
 * loss that is small, and random ones that are not. One instance does a whole series, so that what it remembers of one
 * block is there when the next comes.
 */
class CodeShapesTest {
    private static final long SEED = 20_261_130;

    private final Random random = new Random(SEED);
    private int encoded;
    private int reconstructed;

    @ParameterizedTest
    @CsvSource({
        // the sum over k from 1 to 8 of (losses from 0 to min(k, 5)) is 38; of all lengths, words have the even ones
        "SMALL_BLOCK_SYSTEMATIC, 1, 2736",
        "REED_SOLOMON_16, 2, 1368"
    })
    void everySmallShapeIsAsDefined(FecEncoding encoding, int step, int shapes) {
        int[][] generator = SlowCode.of(encoding).generator(8, 5);
        for (int symbolLength = step; symbolLength <= 72; symbolLength += step) {
            ReedSolomon code = new ReedSolomon(information(encoding, 8, symbolLength, 8, 5));
            for (int symbolCount = 1; symbolCount <= 8; symbolCount++) {
                for (int lost = 0; lost <= Math.min(symbolCount, 5); lost++) {
                    BitSet received = randomLoss(symbolCount, 5, lost);
                    requireAsDefined(code, generator, information(encoding, 8, symbolLength, symbolCount, 5), received);
                    requireAsDefined(code, generator, information(encoding, 8, symbolLength, symbolCount, 5), received);
                }
            }
        }
        assertThat(encoded).isEqualTo(2 * shapes);
        assertThat(reconstructed).isEqualTo(2 * shapes);
    }

    @ParameterizedTest
    @CsvSource({"SMALL_BLOCK_SYSTEMATIC, 1, 60", "REED_SOLOMON_16, 2, 15"})
    void randomShapesAreAsDefined(FecEncoding encoding, int step, int trials) {
        for (int trial = 0; trial < trials; trial++) {
            int maximum = 1 + random.nextInt(64);
            int parityCount = 1 + random.nextInt(40);
            int symbolLength = step * (1 + random.nextInt(2_200 / step));
            int[][] generator = SlowCode.of(encoding).generator(maximum, parityCount);
            ReedSolomon code = new ReedSolomon(information(encoding, maximum, symbolLength, maximum, parityCount));
            int symbolCount = 1 + random.nextInt(maximum);
            int lost = random.nextInt(Math.min(symbolCount, parityCount) + 1);
            requireAsDefined(
                    code,
                    generator,
                    information(encoding, maximum, symbolLength, symbolCount, parityCount),
                    randomLoss(symbolCount, parityCount, lost));
        }
        assertThat(encoded).isEqualTo(trials);
        assertThat(reconstructed).isEqualTo(trials);
    }

    @Test
    void whatIsRememberedOfOneLossIsNotTakenForAnother() {
        ReedSolomon code = new ReedSolomon(information(FecEncoding.REED_SOLOMON_8, 6, 20, 6, 4));
        int[][] generator = SlowCode.GF_8.generator(6, 4);
        for (int first = 0; first < 1 << 6; first++) {
            for (int second = 0; second < 1 << 6; second++) {
                for (int pattern : new int[] {first, second}) {
                    BitSet received = BitSet.valueOf(new long[] {pattern | 0b1111 << 6});
                    if (received.cardinality() >= 6) {
                        reconstruct(code, source(6, 20), generator, received);
                    }
                }
            }
        }
        // of all 64 patterns, 1 + 6 + 15 + 20 + 15 lose at most four; each is one of the 64 * 64 pairs' first and
        // second
        assertThat(reconstructed).isEqualTo(2 * 64 * 57);
    }

    private void requireAsDefined(
            ReedSolomon code, int[][] generator, TransmissionInformation information, BitSet received) {
        int symbolCount = information.partition().blockLength(0);
        byte[][] source = source(symbolCount, information.symbolLength());
        SourceBlock block = open(information);
        for (int s = 0; s < symbolCount; s++) {
            block.place(s, ByteBuffer.wrap(source[s]), 0, source[s].length);
        }
        code.encode(block, 0, information.parityCount());
        byte[][] sent = new byte[symbolCount + information.parityCount()][];
        for (int id = 0; id < sent.length; id++) {
            sent[id] = id < symbolCount
                    ? source[id]
                    : SlowCode.of(information.encoding()).parity(generator, id - symbolCount, source);
            assertThat(symbol(block, id)).isEqualTo(sent[id]);
        }
        encoded++;
        requireReconstructed(code, information, sent, received);
    }

    private void reconstruct(ReedSolomon code, byte[][] source, int[][] generator, BitSet received) {
        TransmissionInformation information = information(FecEncoding.REED_SOLOMON_8, 6, 20, 6, 4);
        byte[][] sent = Arrays.copyOf(source, 10);
        for (int row = 0; row < 4; row++) {
            sent[6 + row] = SlowCode.GF_8.parity(generator, row, source);
        }
        requireReconstructed(code, information, sent, received);
    }

    private void requireReconstructed(
            ReedSolomon code, TransmissionInformation information, byte[][] sent, BitSet received) {
        SourceBlock block = open(information);
        received.stream().forEach(id -> block.place(id, ByteBuffer.wrap(sent[id]), 0, sent[id].length));
        code.reconstruct(block);
        for (int s = 0; s < block.symbolCount(); s++) {
            assertThat(symbol(block, s)).isEqualTo(sent[s]);
        }
        reconstructed++;
    }

    /** Returns what is left of a block that loses source symbols, and of its parity as much as it can do without. */
    private BitSet randomLoss(int symbolCount, int parityCount, int lost) {
        BitSet received = new BitSet();
        received.set(0, symbolCount + parityCount);
        while (received.cardinality() > symbolCount + parityCount - lost) {
            received.clear(random.nextInt(symbolCount));
        }
        while (received.cardinality() > symbolCount) {
            received.clear(symbolCount + random.nextInt(parityCount));
        }
        return received;
    }

    private byte[][] source(int symbolCount, int symbolLength) {
        return SlowCode.randomSymbols(random, symbolCount, symbolLength);
    }

    /** Returns how an object of one block is coded, which may be shorter than the maximum. */
    private static TransmissionInformation information(
            FecEncoding encoding, int maximumBlockLength, int symbolLength, int symbolCount, int parityCount) {
        return new TransmissionInformation(
                encoding, (long) symbolCount * symbolLength, symbolLength, maximumBlockLength, parityCount);
    }

    private static SourceBlock open(TransmissionInformation information) {
        int symbols = information.partition().blockLength(0) + information.parityCount();
        byte[] garbage = new byte[symbols * information.symbolLength()];
        Arrays.fill(garbage, (byte) 0xa5);
        SourceBlock block =
                SourceBlock.standalone(ByteBuffer.allocateDirect(garbage.length).put(0, garbage));
        block.open(new ObjectId(1), information, information.partition(), 0);
        return block;
    }

    private static byte[] symbol(SourceBlock block, int id) {
        byte[] bytes = new byte[block.information().symbolLength()];
        block.memory().get(block.symbolPosition(id), bytes);
        return bytes;
    }
}

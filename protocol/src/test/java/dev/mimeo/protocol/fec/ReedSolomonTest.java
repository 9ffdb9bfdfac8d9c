package dev.mimeo.protocol.fec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The code against {@link SlowCode} and against itself; {@link FecVectorTest} has the bytes of the reference. */
class ReedSolomonTest {
    private static final long SEED = 20_261_122;

    private static final FecEncoding GF_8 = FecEncoding.SMALL_BLOCK_SYSTEMATIC;
    private static final FecEncoding GF_16 = FecEncoding.REED_SOLOMON_16;

    private final Random random = new Random(SEED);

    @ParameterizedTest
    @CsvSource({
        // B, P, k, E: every way in which a symbol can end within a long, and more than one strip of it
        "4, 3, 4, 1",
        "4, 3, 3, 7",
        "4, 3, 4, 8",
        "4, 3, 4, 9",
        "7, 5, 6, 15",
        "1, 1, 1, 16",
        "1, 254, 1, 3",
        "254, 1, 254, 33",
        "128, 16, 128, 141",
        "128, 127, 100, 17",
        "223, 32, 223, 5",
        "20, 4, 20, 2047",
        "20, 4, 19, 2048",
        "20, 4, 20, 2049",
        "5, 2, 5, 8896",
        "3, 3, 2, 65535"
    })
    void parityIsThatOfTheDefinition(int maximumBlockLength, int parityCount, int symbolCount, int symbolLength) {
        requireParity(GF_8, maximumBlockLength, parityCount, symbolCount, symbolLength);
    }

    @ParameterizedTest
    @CsvSource({
        // B, P, k, E: among them blocks that are coded in shorter strips, and with more rows than are kept at once
        "4, 3, 4, 2",
        "4, 3, 3, 6",
        "4, 3, 4, 8",
        "4, 3, 4, 10",
        "1, 300, 1, 16",
        "10, 250, 7, 22",
        "20, 4, 19, 2050",
        "3, 3, 2, 65534",
        "100, 660, 90, 2",
        "260, 3, 250, 2020"
    })
    void parityOverWordsIsThatOfTheDefinition(
            int maximumBlockLength, int parityCount, int symbolCount, int symbolLength) {
        requireParity(GF_16, maximumBlockLength, parityCount, symbolCount, symbolLength);
    }

    private void requireParity(
            FecEncoding encoding, int maximumBlockLength, int parityCount, int symbolCount, int symbolLength) {
        byte[][] source = SlowCode.randomSymbols(random, symbolCount, symbolLength);
        SlowCode definition = SlowCode.of(encoding);
        int[][] generator = definition.generator(maximumBlockLength, parityCount);
        SourceBlock block = block(encoding, maximumBlockLength, parityCount, source, ByteBuffer::allocate);

        code(encoding, maximumBlockLength, parityCount).encode(block, 0, parityCount);

        for (int i = 0; i < parityCount; i++) {
            assertThat(symbol(block, symbolCount + i)).isEqualTo(definition.parity(generator, i, source));
        }
    }

    @Test
    void aShortLastSymbolCountsAsPaddedWithZeros() {
        byte[][] source = SlowCode.randomSymbols(random, 3, 16);
        var information = new TransmissionInformation(FecEncoding.REED_SOLOMON_8, 2 * 16 + 5, 16, 4, 2);
        SourceBlock block = SourceBlock.standalone(filled(ByteBuffer.allocate(5 * 16)));
        block.open(new ObjectId(0), information, information.partition(), 0);
        for (int s = 0; s < 3; s++) {
            block.place(s, ByteBuffer.wrap(source[s]), 0, s == 2 ? 5 : 16);
        }
        Arrays.fill(source[2], 5, 16, (byte) 0);

        code(GF_8, 4, 2).encode(block, 0, 2);

        int[][] generator = SlowCode.GF_8.generator(4, 2);
        assertThat(symbol(block, 3)).isEqualTo(SlowCode.GF_8.parity(generator, 0, source));
        assertThat(symbol(block, 4)).isEqualTo(SlowCode.GF_8.parity(generator, 1, source));
    }

    @Test
    void anyRowsAloneAreTheSameAsAmongAll() {
        byte[][] source = SlowCode.randomSymbols(random, 11, 50);
        ReedSolomon code = code(GF_8, 12, 9);
        SourceBlock all = block(GF_8, 12, 9, source, ByteBuffer::allocate);
        code.encode(all, 0, 9);

        int ranges = 0;
        for (int first = 0; first <= 9; first++) {
            for (int end = first; end <= 9; end++) {
                SourceBlock some = block(GF_8, 12, 9, source, ByteBuffer::allocateDirect);
                byte[] before = bytes(some);
                code.encode(some, first, end);
                for (int id = 0; id < 11 + 9; id++) {
                    boolean computed = id >= 11 + first && id < 11 + end;
                    assertThat(some.has(id)).isEqualTo(id < 11 || computed);
                    assertThat(symbol(some, id)).isEqualTo(computed ? symbol(all, id) : symbol(before, id, 50));
                }
                ranges++;
            }
        }
        assertThat(ranges).isEqualTo(55);
    }

    @ParameterizedTest
    @CsvSource({
        // B, P, k, patterns that lose at most P of k + P symbols: the sum of C(k + P, i) for i from 0 to P
        "4, 3, 1, 15",
        "4, 3, 2, 26",
        "4, 3, 3, 42",
        "4, 3, 4, 64",
        "8, 4, 5, 256",
        "8, 4, 6, 386",
        "8, 4, 7, 562",
        "8, 4, 8, 794",
        "3, 8, 3, 1981",
        "1, 5, 1, 63",
        "5, 1, 5, 7"
    })
    void everyPatternOfLossThatLeavesEnoughIsReconstructed(int maximum, int parity, int symbolCount, int decodable) {
        byte[][] source = SlowCode.randomSymbols(random, symbolCount, 13);
        SourceBlock sent = block(GF_8, maximum, parity, source, ByteBuffer::allocate);
        ReedSolomon code = code(GF_8, maximum, parity);
        code.encode(sent, 0, parity);

        int reconstructed = 0;
        int refused = 0;
        for (int lost = 0; lost < 1 << symbolCount + parity; lost++) {
            int pattern = lost;
            SourceBlock received = received(
                    sent,
                    IntStream.range(0, symbolCount + parity)
                            .filter(id -> (pattern >>> id & 1) == 0)
                            .boxed()
                            .toList());
            if (received.isDecodable()) {
                code.reconstruct(received);
                requireSource(received, source);
                reconstructed++;
            } else {
                byte[] before = bytes(received);
                assertThatIllegalStateException().isThrownBy(() -> code.reconstruct(received));
                assertThat(bytes(received)).isEqualTo(before);
                refused++;
            }
        }
        assertThat(reconstructed).isEqualTo(decodable);
        assertThat(reconstructed + refused).isEqualTo(1 << symbolCount + parity);
    }

    @ParameterizedTest
    @CsvSource({"64, 16, 64", "64, 16, 63", "223, 32, 223", "128, 32, 128", "128, 127, 128", "10, 245, 10"})
    void randomPatternsOfLossAreReconstructed(int maximum, int parity, int symbolCount) {
        requireRandomPatterns(GF_8, maximum, parity, symbolCount, 29, 200);
    }

    @ParameterizedTest
    @CsvSource({"64, 16, 63, 200", "10, 250, 10, 200", "200, 100, 200, 50", "300, 60, 290, 50", "1, 1024, 1, 10"})
    void randomPatternsOfLossAreReconstructedOverWords(int maximum, int parity, int symbolCount, int trials) {
        requireRandomPatterns(GF_16, maximum, parity, symbolCount, 30, trials);
    }

    private void requireRandomPatterns(
            FecEncoding encoding, int maximum, int parity, int symbolCount, int symbolLength, int trials) {
        byte[][] source = SlowCode.randomSymbols(random, symbolCount, symbolLength);
        SourceBlock sent = block(encoding, maximum, parity, source, ByteBuffer::allocateDirect);
        ReedSolomon code = code(encoding, maximum, parity);
        code.encode(sent, 0, parity);
        List<Integer> ids =
                new ArrayList<>(IntStream.range(0, symbolCount + parity).boxed().toList());

        for (int trial = 0; trial < trials; trial++) {
            Collections.shuffle(ids, random);
            int arrived = symbolCount + random.nextInt(parity + 1);
            SourceBlock received = received(sent, ids.subList(0, arrived));
            code.reconstruct(received);
            requireSource(received, source);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "REED_SOLOMON_8, 64, 16, 64, 29",
        "REED_SOLOMON_8, 223, 32, 223, 29",
        "REED_SOLOMON_M_8, 128, 127, 128, 29",
        "SMALL_BLOCK_SYSTEMATIC, 100, 155, 100, 29",
        "REED_SOLOMON_16, 100, 155, 100, 30",
        "REED_SOLOMON_16, 500, 300, 490, 130"
    })
    void theWorstThatCanBeLostIsReconstructed(
            FecEncoding encoding, int maximum, int parity, int symbolCount, int symbolLength) {
        byte[][] source = SlowCode.randomSymbols(random, symbolCount, symbolLength);
        SourceBlock sent = block(encoding, maximum, parity, source, ByteBuffer::allocate);
        ReedSolomon code = code(encoding, maximum, parity);
        code.encode(sent, 0, parity);

        int most = Math.min(symbolCount, parity);
        SourceBlock firstLost =
                received(sent, IntStream.range(most, symbolCount + most).boxed().toList());
        SourceBlock lastLost = received(
                sent,
                IntStream.concat(
                                IntStream.range(0, symbolCount - most),
                                IntStream.range(symbolCount + parity - most, symbolCount + parity))
                        .boxed()
                        .toList());

        code.reconstruct(firstLost);
        code.reconstruct(lastLost);

        requireSource(firstLost, source);
        requireSource(lastLost, source);
    }

    @Test
    void reconstructedBlocksMakeTheSameParity() {
        byte[][] source = SlowCode.randomSymbols(random, 20, 100);
        SourceBlock sent = block(GF_8, 20, 6, source, ByteBuffer::allocate);
        ReedSolomon code = code(GF_8, 20, 6);
        code.encode(sent, 0, 6);
        SourceBlock relayed = received(sent, IntStream.range(6, 26).boxed().toList());

        code.reconstruct(relayed);
        code.encode(relayed, 0, 6);

        assertThat(bytes(relayed)).isEqualTo(bytes(sent));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void memoryOutsideTheSymbolsIsLeftAlone(boolean direct) {
        byte[][] source = SlowCode.randomSymbols(random, 3, 11);
        int used = (3 + 2) * 11;
        ByteBuffer memory = filled(direct ? ByteBuffer.allocateDirect(used + 9) : ByteBuffer.allocate(used + 9));
        memory.position(3);
        SourceBlock block = block(GF_8, 4, 2, source, capacity -> memory);
        ReedSolomon code = code(GF_8, 4, 2);

        code.encode(block, 0, 2);
        SourceBlock received = received(block, List.of(1, 3, 4));
        code.reconstruct(received);

        for (int at = used; at < memory.capacity(); at++) {
            assertThat(memory.get(at)).isEqualTo((byte) 0xa5);
        }
        assertThat(memory.position()).isEqualTo(3);
    }

    @Test
    void oneInstanceServesBlocksOfDifferentLengthAndSymbolLength() {
        ReedSolomon code = code(GF_8, 30, 10);
        for (int trial = 0; trial < 50; trial++) {
            int symbolCount = 1 + random.nextInt(30);
            int parityCount = 1 + random.nextInt(10);
            byte[][] source = SlowCode.randomSymbols(random, symbolCount, 1 + random.nextInt(3_000));
            SourceBlock sent = block(GF_8, 30, parityCount, source, ByteBuffer::allocate);
            code.encode(sent, 0, parityCount);
            SourceBlock received = received(
                    sent,
                    IntStream.range(0, symbolCount + parityCount)
                            .skip(parityCount)
                            .boxed()
                            .toList());
            code.reconstruct(received);
            requireSource(received, source);
        }
    }

    @Test
    void whatCannotBeDoneIsRefused() {
        byte[][] source = SlowCode.randomSymbols(random, 4, 8);
        ReedSolomon code = code(GF_8, 4, 3);
        SourceBlock whole = block(GF_8, 4, 3, source, ByteBuffer::allocate);
        SourceBlock lossy = received(whole, List.of(0, 1, 3));

        assertThatIllegalStateException().isThrownBy(() -> code.encode(lossy, 0, 1));
        assertThatIllegalStateException().isThrownBy(() -> code.reconstruct(lossy));
        assertThatThrownBy(() -> code.encode(whole, 0, 4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> code.encode(whole, -1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> code(GF_8, 5, 3).encode(whole, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> code(GF_8, 4, 2).encode(whole, 0, 1));
    }

    @Test
    void aCodeOverWordsIsNotMistakenForOneOverBytes() {
        byte[][] source = SlowCode.randomSymbols(random, 4, 8);
        SourceBlock overWords = block(GF_16, 4, 3, source, ByteBuffer::allocate);
        SourceBlock overBytes = block(GF_8, 4, 3, source, ByteBuffer::allocate);

        assertThatIllegalArgumentException().isThrownBy(() -> code(GF_8, 4, 3).encode(overWords, 0, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> code(GF_16, 4, 3).encode(overBytes, 0, 3));
        assertThat(code(FecEncoding.REED_SOLOMON_M_8, 4, 3).serves(overBytes.information()))
                .isTrue();
    }

    @Test
    void theLongestBlockIsReconstructed() {
        byte[][] source = SlowCode.randomSymbols(random, 65_000, 2);
        SourceBlock sent = block(GF_16, 65_000, 535, source, ByteBuffer::allocate);
        ReedSolomon code = code(GF_16, 65_000, 535);
        code.encode(sent, 530, 535);
        SourceBlock received = received(
                sent,
                IntStream.range(0, 65_535)
                        .filter(id -> id < 65_000 ? id % 13_000 != 5 : id >= 65_530)
                        .boxed()
                        .toList());

        code.reconstruct(received);

        requireSource(received, source);
    }

    @Test
    void withoutParityThereIsNothingToDo() {
        byte[][] source = SlowCode.randomSymbols(random, 255, 8);
        ReedSolomon code = code(GF_8, 255, 0);
        SourceBlock block = block(GF_8, 255, 0, source, ByteBuffer::allocate);

        code.encode(block, 0, 0);
        code.reconstruct(block);

        requireSource(block, source);
    }

    private static ReedSolomon code(FecEncoding encoding, int maximumBlockLength, int parityCount) {
        return new ReedSolomon(new TransmissionInformation(encoding, 1, 2, maximumBlockLength, parityCount));
    }

    /** Returns a block with these source symbols and no parity, in memory that held something else before. */
    private static SourceBlock block(
            FecEncoding encoding,
            int maximumBlockLength,
            int parityCount,
            byte[][] source,
            IntFunction<ByteBuffer> allocator) {
        int symbolLength = source[0].length;
        var information = new TransmissionInformation(
                encoding, (long) source.length * symbolLength, symbolLength, maximumBlockLength, parityCount);
        SourceBlock block =
                SourceBlock.standalone(filled(allocator.apply((source.length + parityCount) * symbolLength)));
        block.open(new ObjectId(7), information, information.partition(), 0);
        for (int s = 0; s < source.length; s++) {
            block.place(s, ByteBuffer.wrap(source[s]), 0, symbolLength);
        }
        return block;
    }

    /** Returns the same block with only some of its symbols, and something else in the place of the others. */
    private static SourceBlock received(SourceBlock sent, List<Integer> arrived) {
        TransmissionInformation information = sent.information();
        SourceBlock block = SourceBlock.standalone(filled(
                ByteBuffer.allocate((sent.symbolCount() + information.parityCount()) * information.symbolLength())));
        block.open(sent.object(), information, information.partition(), sent.blockNumber());
        for (int id : arrived) {
            block.place(id, ByteBuffer.wrap(symbol(sent, id)), 0, information.symbolLength());
        }
        return block;
    }

    private static void requireSource(SourceBlock block, byte[][] source) {
        assertThat(block.isComplete()).isTrue();
        for (int s = 0; s < source.length; s++) {
            assertThat(symbol(block, s)).isEqualTo(source[s]);
        }
    }

    private static ByteBuffer filled(ByteBuffer memory) {
        for (int at = 0; at < memory.capacity(); at++) {
            memory.put(at, (byte) 0xa5);
        }
        return memory;
    }

    private static byte[] symbol(SourceBlock block, int id) {
        byte[] symbol = new byte[block.information().symbolLength()];
        block.memory().get(block.symbolPosition(id), symbol);
        return symbol;
    }

    private static byte[] symbol(byte[] memory, int id, int symbolLength) {
        return Arrays.copyOfRange(memory, id * symbolLength, (id + 1) * symbolLength);
    }

    private static byte[] bytes(SourceBlock block) {
        byte[] bytes = new byte[block.memory().capacity()];
        block.memory().get(0, bytes);
        return bytes;
    }
}

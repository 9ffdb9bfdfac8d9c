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
        byte[][] source = SlowCode.randomSymbols(random, symbolCount, symbolLength);
        int[][] generator = SlowCode.generator(maximumBlockLength, parityCount);
        SourceBlock block = block(maximumBlockLength, parityCount, source, ByteBuffer::allocate);

        new ReedSolomon(maximumBlockLength, parityCount).encode(block, 0, parityCount);

        for (int i = 0; i < parityCount; i++) {
            assertThat(symbol(block, symbolCount + i)).isEqualTo(SlowCode.parity(generator, i, source));
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

        new ReedSolomon(4, 2).encode(block, 0, 2);

        int[][] generator = SlowCode.generator(4, 2);
        assertThat(symbol(block, 3)).isEqualTo(SlowCode.parity(generator, 0, source));
        assertThat(symbol(block, 4)).isEqualTo(SlowCode.parity(generator, 1, source));
    }

    @Test
    void anyRowsAloneAreTheSameAsAmongAll() {
        byte[][] source = SlowCode.randomSymbols(random, 11, 50);
        ReedSolomon code = new ReedSolomon(12, 9);
        SourceBlock all = block(12, 9, source, ByteBuffer::allocate);
        code.encode(all, 0, 9);

        int ranges = 0;
        for (int first = 0; first <= 9; first++) {
            for (int end = first; end <= 9; end++) {
                SourceBlock some = block(12, 9, source, ByteBuffer::allocateDirect);
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
        SourceBlock sent = block(maximum, parity, source, ByteBuffer::allocate);
        ReedSolomon code = new ReedSolomon(maximum, parity);
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
        byte[][] source = SlowCode.randomSymbols(random, symbolCount, 29);
        SourceBlock sent = block(maximum, parity, source, ByteBuffer::allocateDirect);
        ReedSolomon code = new ReedSolomon(maximum, parity);
        code.encode(sent, 0, parity);
        List<Integer> ids =
                new ArrayList<>(IntStream.range(0, symbolCount + parity).boxed().toList());

        for (int trial = 0; trial < 200; trial++) {
            Collections.shuffle(ids, random);
            int arrived = symbolCount + random.nextInt(parity + 1);
            SourceBlock received = received(sent, ids.subList(0, arrived));
            code.reconstruct(received);
            requireSource(received, source);
        }
    }

    @ParameterizedTest
    @CsvSource({"64, 16, 64", "223, 32, 223", "128, 127, 128", "100, 155, 100"})
    void theWorstThatCanBeLostIsReconstructed(int maximum, int parity, int symbolCount) {
        byte[][] source = SlowCode.randomSymbols(random, symbolCount, 29);
        SourceBlock sent = block(maximum, parity, source, ByteBuffer::allocate);
        ReedSolomon code = new ReedSolomon(maximum, parity);
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
        SourceBlock sent = block(20, 6, source, ByteBuffer::allocate);
        ReedSolomon code = new ReedSolomon(20, 6);
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
        SourceBlock block = block(4, 2, source, capacity -> memory);
        ReedSolomon code = new ReedSolomon(4, 2);

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
        ReedSolomon code = new ReedSolomon(30, 10);
        for (int trial = 0; trial < 50; trial++) {
            int symbolCount = 1 + random.nextInt(30);
            int parityCount = 1 + random.nextInt(10);
            byte[][] source = SlowCode.randomSymbols(random, symbolCount, 1 + random.nextInt(3_000));
            SourceBlock sent = block(30, parityCount, source, ByteBuffer::allocate);
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
        ReedSolomon code = new ReedSolomon(4, 3);
        SourceBlock whole = block(4, 3, source, ByteBuffer::allocate);
        SourceBlock lossy = received(whole, List.of(0, 1, 3));

        assertThatIllegalStateException().isThrownBy(() -> code.encode(lossy, 0, 1));
        assertThatIllegalStateException().isThrownBy(() -> code.reconstruct(lossy));
        assertThatThrownBy(() -> code.encode(whole, 0, 4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> code.encode(whole, -1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> new ReedSolomon(5, 3).encode(whole, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReedSolomon(4, 2).encode(whole, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReedSolomon(0, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReedSolomon(200, 56));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReedSolomon(200, -1));
    }

    @Test
    void aSmallCodeOfTheOtherFieldIsNotMistakenForOurs() {
        var information = new TransmissionInformation(FecEncoding.REED_SOLOMON_16, 4 * 8, 8, 4, 3);
        SourceBlock block = SourceBlock.standalone(ByteBuffer.allocate(7 * 8));
        block.open(new ObjectId(7), information, information.partition(), 0);
        ReedSolomon code = new ReedSolomon(4, 3);

        block.mark(1, 5);
        assertThatIllegalArgumentException().isThrownBy(() -> code.reconstruct(block));
        block.mark(0);
        code.reconstruct(block);
        assertThatIllegalArgumentException().isThrownBy(() -> code.encode(block, 0, 3));
    }

    @Test
    void withoutParityThereIsNothingToDo() {
        byte[][] source = SlowCode.randomSymbols(random, 255, 8);
        ReedSolomon code = new ReedSolomon(255, 0);
        SourceBlock block = block(255, 0, source, ByteBuffer::allocate);

        code.encode(block, 0, 0);
        code.reconstruct(block);

        requireSource(block, source);
    }

    /** Returns a block with these source symbols and no parity, in memory that held something else before. */
    private static SourceBlock block(
            int maximumBlockLength, int parityCount, byte[][] source, IntFunction<ByteBuffer> allocator) {
        int symbolLength = source[0].length;
        var information = new TransmissionInformation(
                FecEncoding.SMALL_BLOCK_SYSTEMATIC,
                (long) source.length * symbolLength,
                symbolLength,
                maximumBlockLength,
                parityCount);
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

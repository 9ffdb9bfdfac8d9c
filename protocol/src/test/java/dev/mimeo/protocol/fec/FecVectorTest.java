package dev.mimeo.protocol.fec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mimeo.protocol.BlockPartition;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every byte of parity that the reference implementation was seen to send. */
class FecVectorTest {
    static Stream<FecVector> ours() {
        return FecVector.OURS.stream().map(FecVector::read);
    }

    @ParameterizedTest
    @MethodSource("ours")
    void blocksAreCutAsInTheReference(FecVector vector) {
        BlockPartition partition = vector.information().partition();

        assertThat(partition.blockCount()).isEqualTo(vector.blockLengths().size());
        for (int number = 0; number < vector.blockLengths().size(); number++) {
            assertThat(partition.blockLength(number))
                    .isEqualTo(vector.blockLengths().get(number));
        }
        for (FecVector.Block block : vector.blocks()) {
            block.source()
                    .forEach((id, bytes) -> assertThat(partition.symbolByteCount(block.number(), id))
                            .isEqualTo(bytes.length));
        }
    }

    @ParameterizedTest
    @MethodSource("ours")
    void parityIsTheReferencesByteForByte(FecVector vector) {
        for (FecVector.Block listed : vector.blocks()) {
            SourceBlock block = vector.open(listed, ByteBuffer.allocate(1 << 16));

            new ReedSolomon(vector.information()).encode(block, 0, vector.parityCount());

            assertThat(listed.parity()).hasSize(vector.listedParityCount());
            listed.parity().forEach((id, expected) -> {
                assertThat(id).isBetween(block.symbolCount(), block.symbolCount() + vector.parityCount() - 1);
                assertThat(symbol(block, id, expected.length))
                        .as("parity %d of block %d", id, listed.number())
                        .isEqualTo(expected);
                assertThat(block.has(id)).isTrue();
            });
        }
    }

    @ParameterizedTest
    @MethodSource("ours")
    void theReferencesParityGivesBackAsManySourceSymbolsAsItReplaces(FecVector vector) {
        for (FecVector.Block listed : vector.blocks()) {
            SourceBlock complete = vector.open(listed, ByteBuffer.allocate(1 << 16));
            SourceBlock lossy = SourceBlock.standalone(ByteBuffer.allocateDirect(1 << 16));
            lossy.open(
                    complete.object(),
                    vector.information(),
                    vector.information().partition(),
                    listed.number());
            int lost = Math.min(listed.symbolCount(), listed.parity().size());
            for (int id = lost; id < listed.symbolCount(); id++) {
                lossy.place(
                        id,
                        ByteBuffer.wrap(listed.source().get(id)),
                        0,
                        listed.source().get(id).length);
            }
            listed.parity().forEach((id, bytes) -> lossy.place(id, ByteBuffer.wrap(bytes), 0, bytes.length));

            new ReedSolomon(vector.information()).reconstruct(lossy);

            assertThat(lossy.isComplete()).isTrue();
            // A tiny object's parity is sent without its last bytes, and they would be needed to restore the padding.
            byte[] expected = new byte[complete.byteCount()];
            byte[] actual = new byte[complete.byteCount()];
            complete.memory().get(0, expected);
            lossy.memory().get(0, actual);
            assertThat(actual).isEqualTo(expected);
        }
    }

    @Test
    void aStreamIsCodedLikeAnythingElse() {
        FecVector vector = FecVector.read(FecVector.STREAM);
        int symbolLength = vector.symbolLength() + 8;
        var information = new TransmissionInformation(
                FecEncoding.REED_SOLOMON_8,
                (long) symbolLength * vector.maximumBlockLength(),
                symbolLength,
                vector.maximumBlockLength(),
                vector.parityCount());
        FecVector.Block listed = vector.blocks().get(0);
        SourceBlock block = SourceBlock.standalone(ByteBuffer.allocate(1 << 10));
        block.open(new ObjectId(0), information, information.partition(), 0);
        listed.source().forEach((id, bytes) -> block.place(id, ByteBuffer.wrap(bytes), 0, bytes.length));

        new ReedSolomon(information).encode(block, 0, 3);

        assertThat(listed.parity()).hasSize(3);
        listed.parity()
                .forEach((id, expected) ->
                        assertThat(symbol(block, id, symbolLength)).isEqualTo(expected));
    }

    @Test
    void everyVectorIsUsed() throws Exception {
        try (Stream<Path> files =
                Files.list(Path.of(FecVector.class.getResource("/vectors/fec").toURI()))) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".txt"))
                    .map(name -> name.substring(0, name.length() - 4))
                    .toList();

            assertThat(names)
                    .containsExactlyInAnyOrderElementsOf(
                            Stream.of(FecVector.OURS, List.of(FecVector.STREAM, FecVector.ODD))
                                    .flatMap(List::stream)
                                    .toList());
        }
    }

    @Test
    void parityOfOddSymbolsOverWordsIsTheReferencesToo() {
        FecVector vector = FecVector.read(FecVector.ODD);
        FecVector.Block listed = vector.blocks().get(0);
        int even = vector.symbolLength() + 1;
        var information = new TransmissionInformation(
                FecEncoding.REED_SOLOMON_16,
                (long) even * listed.symbolCount(),
                even,
                vector.maximumBlockLength(),
                vector.parityCount());
        SourceBlock block = SourceBlock.standalone(ByteBuffer.allocate(1 << 13));
        block.open(new ObjectId(0), information, information.partition(), 0);
        listed.source().forEach((id, bytes) -> block.place(id, ByteBuffer.wrap(bytes), 0, bytes.length));

        new ReedSolomon(information).encode(block, 0, vector.parityCount());

        assertThat(listed.parity()).hasSize(4);
        listed.parity()
                .forEach((id, expected) ->
                        assertThat(symbol(block, id, vector.symbolLength())).isEqualTo(expected));
        assertThat(symbol(block, 6, even)[even - 1]).as("what is not sent").isNotZero();
    }

    @Test
    void parityOfOddSymbolsOverWordsIsOfNoUse() {
        FecVector vector = FecVector.read(FecVector.ODD);
        TransmissionInformation usable = vector.information().withUsableParity();
        FecVector.Block listed = vector.blocks().get(0);
        SourceBlock block = SourceBlock.standalone(ByteBuffer.allocate(1 << 10));
        block.open(new ObjectId(1), usable, usable.partition(), 0);
        byte[] parity = listed.parity().get(listed.symbolCount());

        assertThat(vector.information().parityCount()).isEqualTo(250);
        assertThat(usable.parityCount()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> new ReedSolomon(vector.information()));
        assertThatThrownBy(() -> block.place(listed.symbolCount(), ByteBuffer.wrap(parity), 0, parity.length))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(block.isDecodable()).isFalse();
        listed.source().forEach((id, bytes) -> block.place(id, ByteBuffer.wrap(bytes), 0, bytes.length));
        assertThat(block.isDecodable()).isTrue();
        new ReedSolomon(usable).reconstruct(block);
        listed.source()
                .forEach((id, expected) ->
                        assertThat(symbol(block, id, expected.length)).isEqualTo(expected));
    }

    private static byte[] symbol(SourceBlock block, int id, int length) {
        byte[] bytes = new byte[length];
        block.memory().get(block.symbolPosition(id), bytes);
        return Arrays.copyOf(bytes, length);
    }
}

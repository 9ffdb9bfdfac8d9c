package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SourceBlockTest {
    private static final int SYMBOL_LENGTH = 8;

    /** Five symbols in two blocks of 3 and 2, the last symbol 3 bytes long; two parity symbols. */
    private final TransmissionInformation information =
            new TransmissionInformation(FecEncoding.REED_SOLOMON_8, 4 * SYMBOL_LENGTH + 3, SYMBOL_LENGTH, 4, 2);

    private final ByteBuffer memory = ByteBuffer.allocateDirect(6 * SYMBOL_LENGTH);
    private final ByteBuffer datagram = ByteBuffer.wrap("..abcdefgh..".getBytes(StandardCharsets.US_ASCII));

    @Test
    void anOpenedBlockIsEmptyAndKnowsItsPlace() {
        SourceBlock block = open(1);

        assertThat(block.object()).isEqualTo(new ObjectId(9));
        assertThat(block.information()).isSameAs(information);
        assertThat(block.blockNumber()).isEqualTo(1);
        assertThat(block.symbolCount()).isEqualTo(2);
        assertThat(block.byteCount()).isEqualTo(SYMBOL_LENGTH + 3);
        assertThat(block.offset()).isEqualTo(3 * SYMBOL_LENGTH);
        assertThat(block.presentCount()).isZero();
        assertThat(block.nextMissing(0)).isZero();
        assertThat(block.nextPresent(0)).isEqualTo(-1);
        assertThat(block.isDecodable()).isFalse();
        assertThat(block.isComplete()).isFalse();
    }

    @Test
    void aPlacedSymbolIsWhereItBelongsAndNowhereElse() {
        SourceBlock block = open(0);

        assertThat(block.place(1, datagram, 2, SYMBOL_LENGTH)).isTrue();

        assertThat(text(0)).isEqualTo("********");
        assertThat(text(1)).isEqualTo("abcdefgh");
        assertThat(text(2)).isEqualTo("********");
        assertThat(block.has(1)).isTrue();
        assertThat(block.presentCount()).isEqualTo(1);
        assertThat(block.nextPresent(0)).isEqualTo(1);
        assertThat(datagram.position()).as("the datagram is only looked at").isZero();
    }

    @Test
    void ofTwoSymbolsThatDifferTheBlockHasNeither() {
        SourceBlock block = open(0);
        block.place(1, datagram, 2, SYMBOL_LENGTH);
        block.compare(1, datagram, 2, SYMBOL_LENGTH);
        assertThat(block.has(1)).isTrue();

        block.compare(1, datagram, 1, SYMBOL_LENGTH);
        assertThat(block.has(1)).isFalse();
        assertThat(block.place(1, datagram, 2, SYMBOL_LENGTH)).isTrue();

        block.compare(1, datagram, 1, SYMBOL_LENGTH);
        assertThat(block.has(1)).as("one symbol of three is given up, no more").isTrue();
    }

    @Test
    void whatIsKnownIsNotCompared() {
        SourceBlock block = open(0);
        BlockSet chunks = new BlockSet(5);
        chunks.add(1);
        block.know(new KnownChunks(SYMBOL_LENGTH, chunks));

        block.compare(1, datagram, 2, SYMBOL_LENGTH);
        assertThat(block.has(1)).isTrue();
    }

    @Test
    void aShortSymbolIsPaddedWithZeros() {
        SourceBlock block = open(1);

        block.place(1, datagram, 2, 3);
        block.place(2, datagram, 2, 0);

        assertThat(text(1)).isEqualTo("abc\0\0\0\0\0");
        assertThat(text(2)).isEqualTo("\0\0\0\0\0\0\0\0");
        assertThat(text(3)).isEqualTo("********");
    }

    @Test
    void aDuplicateChangesNothing() {
        SourceBlock block = open(0);
        block.place(0, datagram, 2, SYMBOL_LENGTH);

        assertThat(block.place(0, datagram, 4, SYMBOL_LENGTH)).isFalse();

        assertThat(text(0)).isEqualTo("abcdefgh");
        assertThat(block.presentCount()).isEqualTo(1);
    }

    @Test
    void anyThreeSymbolsOfFiveMakeABlockOfThreeDecodable() {
        int decodable = 0;
        for (int pattern = 0; pattern < 1 << 5; pattern++) {
            SourceBlock block = open(0);
            for (int id = 0; id < 5; id++) {
                if ((pattern >>> id & 1) != 0) {
                    block.mark(id);
                }
            }
            assertThat(block.isDecodable()).isEqualTo(Integer.bitCount(pattern) >= 3);
            assertThat(block.isComplete()).isEqualTo((pattern & 7) == 7);
            decodable += block.isDecodable() ? 1 : 0;
        }
        assertThat(decodable).isEqualTo(16);
    }

    @Test
    void reopeningForgetsWhatWasThere() {
        SourceBlock block = open(0);
        block.mark(0, 5);
        block.wantParity(1, 2);
        assertThat(block.firstParityWanted()).isEqualTo(1);
        assertThat(block.parityWantedEnd()).isEqualTo(2);

        block.open(new ObjectId(9), information, information.partition(), 1);

        assertThat(block.presentCount()).isZero();
        assertThat(block.parityWantedEnd()).isEqualTo(block.firstParityWanted());
    }

    @Test
    void whatHasNoPlaceIsRefused() {
        SourceBlock block = open(0);

        assertThatThrownBy(() -> block.place(5, datagram, 2, SYMBOL_LENGTH))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> block.place(-1, datagram, 2, SYMBOL_LENGTH))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> block.place(0, datagram, 2, SYMBOL_LENGTH + 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> block.place(0, datagram, 8, SYMBOL_LENGTH))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(block.presentCount()).isZero();
        assertThat(text(1)).isEqualTo("********");
    }

    @Test
    void aBlockThatDoesNotFitIsRefused() {
        SourceBlock small = SourceBlock.standalone(ByteBuffer.allocate(5 * SYMBOL_LENGTH - 1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> small.open(new ObjectId(9), information, information.partition(), 0));
        small.open(new ObjectId(9), information, information.partition(), 1);
    }

    private SourceBlock open(long blockNumber) {
        for (int at = 0; at < memory.capacity(); at++) {
            memory.put(at, (byte) '*');
        }
        SourceBlock block = SourceBlock.standalone(memory);
        block.open(new ObjectId(9), information, information.partition(), blockNumber);
        return block;
    }

    private String text(int symbolId) {
        byte[] bytes = new byte[SYMBOL_LENGTH];
        memory.get(symbolId * SYMBOL_LENGTH, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}

package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.seal.SealHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KnockCodecTest {
    private static final Knock ANSWER = new Knock(Knock.Kind.OPEN, 0x0102030405060708L, 9, 0xabcd, "why");

    private final KnockCodec clear = KnockCodec.of(Optional.empty());
    private final KnockCodec keyed = KnockCodec.of(
            Optional.of(GroupSecret.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})));

    @Test
    void aKnockIsTheseBytes() {
        assertThat(hex(clear.encode(ANSWER)))
                .isEqualTo("c202abcd" + "0102030405060708" + "0000000000000009" + "03776879" + "00".repeat(232));
        assertThat(clear.decode(clear.encode(ANSWER))).contains(ANSWER);
        assertThat(SealHeader.isSealed(clear.encode(ANSWER))).isFalse();
    }

    @Test
    void whateverItSaysItIsAsLongAsAQuestion() {
        Knock refused = new Knock(Knock.Kind.REFUSED, 1, 0, 0, "é".repeat(200));
        assertThat(clear.encode(refused).remaining()).isEqualTo(KnockCodec.LENGTH);
        assertThat(clear.decode(clear.encode(refused)).orElseThrow().text()).matches("é{50,}.*");
        assertThat(clear.encode(Knock.ask(1, 2)).remaining()).isEqualTo(KnockCodec.LENGTH);
    }

    @Test
    void whereThereIsAKeyOnlyWhoHasItIsHeard() {
        ByteBuffer sealed = keyed.encode(ANSWER);
        assertThat(keyed.decode(sealed)).contains(ANSWER);
        assertThat(clear.decode(sealed)).isEmpty();
        assertThat(keyed.decode(clear.encode(ANSWER))).isEmpty();
        assertThat(KnockCodec.of(Optional.of(GroupSecret.random())).decode(sealed))
                .isEmpty();
        for (int bit = 0; bit < KnockCodec.LENGTH * Byte.SIZE; bit++) {
            int at = bit / Byte.SIZE;
            byte before = sealed.get(at);
            sealed.put(at, (byte) (before ^ 1 << bit % Byte.SIZE));
            assertThat(keyed.decode(sealed)).as("bit %d inverted", bit).isEmpty();
            sealed.put(at, before);
        }
    }

    @Test
    void whateverComesIsReadOrLeft() {
        SplittableRandom random = new SplittableRandom(1);
        byte[] bytes = new byte[KnockCodec.LENGTH];
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            random.nextBytes(bytes);
            bytes[0] = (byte) 0xc2;
            bytes[1] &= 0x07;
            Arrays.fill(bytes, KnockCodec.LENGTH - 16, KnockCodec.LENGTH, (byte) 0);
            Optional<Knock> knock = clear.decode(ByteBuffer.wrap(bytes));
            read += knock.isPresent() ? 1 : 0;
            knock.ifPresent(each -> assertThat(each.text()).doesNotContain("\n", "\u001b"));
        }
        assertThat(read).isBetween(1, 19_999);
        for (int length = 0; length < KnockCodec.LENGTH + 2; length++) {
            Optional<Knock> knock = clear.decode(first(ByteBuffer.allocate(length)));
            assertThat(knock.isPresent()).isEqualTo(length == KnockCodec.LENGTH);
        }
    }

    private static ByteBuffer first(ByteBuffer datagram) {
        return datagram.hasRemaining() ? datagram.put(0, (byte) 0xc2) : datagram;
    }

    private static String hex(ByteBuffer datagram) {
        return HexFormat.of().formatHex(datagram.array());
    }
}

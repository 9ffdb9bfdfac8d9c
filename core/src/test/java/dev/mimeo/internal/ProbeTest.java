package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mimeo.MulticastGroup;
import dev.mimeo.internal.Probe.Reply;
import dev.mimeo.protocol.seal.SealHeader;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.MessageCodec;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeTest {
    private static final MulticastGroup GROUP = MulticastGroup.of("239.192.7.1", 6003);

    private static final Probe PROBE = Probe.of(true, Reply.GROUP, 0x0203, 0x1122334455667788L, GROUP);

    @Test
    void aProbeIsTheseBytes() {
        assertThat(hex(PROBE.encode(Probe.LENGTH)))
                .isEqualTo("c1020300" + "02030000" + "1122334455667788" + "efc01072" + "00".repeat(128));
        assertThat(Probe.decode(PROBE.encode(1_472))).contains(PROBE);
    }

    @Test
    void anAnswerIsTheseBytes() {
        BitSet heard = new BitSet();
        heard.set(0);
        heard.set(1_023);
        Probe answer = PROBE.answer(70_000, true, heard);
        assertThat(hex(answer.encode(Probe.LENGTH)))
                .isEqualTo("c1050300" + "0203ffff" + "1122334455667788" + "efc01072" + "01" + "00".repeat(126) + "80");
        assertThat(Probe.decode(answer.encode(Probe.LENGTH))).contains(answer);
    }

    @Test
    void isReadFromItsPosition() {
        ByteBuffer datagram = ByteBuffer.allocate(Probe.LENGTH + 3);
        datagram.position(3).put(PROBE.encode(Probe.LENGTH)).position(3);
        assertThat(Probe.decode(datagram)).contains(PROBE);
        assertThat(datagram.position()).isEqualTo(3);
    }

    @Test
    void whatReceivesImagesTakesItForMalformed() {
        ByteBuffer datagram = PROBE.encode(Probe.LENGTH);
        assertThatExceptionOfType(MalformedDatagramException.class).isThrownBy(() -> MessageCodec.type(datagram));
        assertThat(SealHeader.isSealed(datagram)).isFalse();
        assertThat(GroupProbe.isOfSender(datagram)).isFalse();
    }

    /** Byte, and a value that must not be there. */
    @ParameterizedTest
    @CsvSource({"0, 0xc2", "1, 0x08", "1, 0xff", "2, 4", "2, 0xff", "4, 0x04", "4, 0xff"})
    void whatIsOutOfBoundsIsNoProbe(int position, int value) {
        ByteBuffer datagram = PROBE.encode(Probe.LENGTH);
        datagram.put(position, (byte) value);
        assertThat(Probe.decode(datagram)).isEmpty();
    }

    @Test
    void whateverComesIsReadOrRefused() {
        SplittableRandom random = new SplittableRandom(1);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(2 * Probe.LENGTH)];
            random.nextBytes(bytes);
            if (bytes.length > 4) {
                bytes[0] = (byte) 0xc1;
                bytes[1] &= 7;
                bytes[2] &= 3;
                bytes[4] &= 3;
            }
            read += Probe.decode(ByteBuffer.wrap(bytes)).isPresent() ? 1 : 0;
            assertThat(bytes.length >= Probe.LENGTH
                            || Probe.decode(ByteBuffer.wrap(bytes)).isEmpty())
                    .isTrue();
        }
        assertThat(read).isBetween(9_000, 11_000);
    }

    private static String hex(ByteBuffer bytes) {
        return HexFormat.of().formatHex(bytes.array());
    }
}

package dev.mimeo.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DataHeaderTest {
    private final DataHeader view = new DataHeader();

    @Test
    void smallBlockSystematicBothWays() throws Exception {
        TransmissionInformation information =
                new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 0x123456789abcL, 0x05b4, 200, 55);
        String bytes = "12 0a fffe 80000001 1234 6a f9"
                + "15 81 0102 03040506 00c7 00c8"
                + "40 04 123456789abc 0000 05b4 00c8 0037";
        assertThat(encoded(information, 0x14, true, 0x03040506, 199, 200)).isEqualTo(Bytes.hex(Bytes.hex(bytes)));
        DataHeader data = view.wrap(Bytes.hex(bytes + "ab"));
        assertThat(data.sequence()).isEqualTo(0xfffe);
        assertThat(data.source()).isEqualTo(0x80000001);
        assertThat(data.instanceId()).isEqualTo(0x1234);
        assertThat(data.grtt()).isEqualTo(0x6a);
        assertThat(data.backoffFactor()).isEqualTo(15);
        assertThat(data.groupSize()).isEqualTo(9);
        assertThat(data.flags()).isEqualTo(ObjectFlags.FILE | ObjectFlags.INFO | ObjectFlags.REPAIR);
        assertThat(data.encoding()).isEqualTo(FecEncoding.SMALL_BLOCK_SYSTEMATIC);
        assertThat(data.object()).isEqualTo(0x0102);
        assertThat(data.blockNumber()).isEqualTo(0x03040506);
        assertThat(data.blockLength()).isEqualTo(199);
        assertThat(data.symbolId()).isEqualTo(200);
        assertThat(data.information()).isEqualTo(information);
        assertThat(data.payloadPosition()).isEqualTo(40);
        assertThat(data.payloadLength()).isEqualTo(1);
    }

    @Test
    void reedSolomonBothWays() throws Exception {
        TransmissionInformation information =
                new TransmissionInformation(FecEncoding.REED_SOLOMON_8, 0x2_0000_0000L, 0x0580, 128, 32);
        String bytes = "12 08 fffe 80000001 1234 6a f9 10 05 0102 007fff 9f 40 03 000200000000 0580 80 20";
        assertThat(encoded(information, 0x10, false, 0x7fff, 128, 0x9f)).isEqualTo(Bytes.hex(Bytes.hex(bytes)));
        DataHeader data = view.wrap(Bytes.hex(bytes + "ab"));
        assertThat(data.blockNumber()).isEqualTo(0x7fff);
        assertThat(data.blockLength()).isZero();
        assertThat(data.symbolId()).isEqualTo(0x9f);
        assertThat(data.information()).isEqualTo(information);
    }

    @Test
    void fieldSizeComesFromTheInformation() throws Exception {
        String start = "12 09 fffe 80000001 1234 6a f9 00 02 0102 0001 0203 40 04 000000100000";
        TransmissionInformation eight = new TransmissionInformation(FecEncoding.REED_SOLOMON_M_8, 0x100000, 4, 200, 55);
        String bytesOfEight = start + "08 01 0004 00c8 0037";
        assertThat(encoded(eight, 0, false, 0x102, 200, 3)).isEqualTo(Bytes.hex(Bytes.hex(bytesOfEight)));
        assertThat(view.wrap(Bytes.hex(bytesOfEight + "ab")).encoding()).isEqualTo(FecEncoding.REED_SOLOMON_M_8);
        assertThat(view.blockNumber()).isEqualTo(0x102);
        assertThat(view.symbolId()).isEqualTo(3);

        TransmissionInformation sixteen =
                new TransmissionInformation(FecEncoding.REED_SOLOMON_16, 0x100000, 4, 0x300, 0x100);
        String bytesOfSixteen = start + "10 01 0004 0300 0100";
        assertThat(encoded(sixteen, 0, false, 1, 0, 0x203)).isEqualTo(Bytes.hex(Bytes.hex(bytesOfSixteen)));
        assertThat(view.wrap(Bytes.hex(bytesOfSixteen + "ab")).encoding()).isEqualTo(FecEncoding.REED_SOLOMON_16);
        assertThat(view.blockNumber()).isEqualTo(1);
        assertThat(view.symbolId()).isEqualTo(0x203);
        assertThat(view.information()).isEqualTo(sixteen);
    }

    @Test
    void withoutInformationEncodingTwoHasSixteenBits() throws Exception {
        DataHeader data = view.wrap(Bytes.hex("12 05 0000 00000001 1234 6a f9 40 02 0102 0001 0203 ab"));
        assertThat(data.encoding()).isEqualTo(FecEncoding.REED_SOLOMON_16);
        assertThat(data.blockNumber()).isEqualTo(1);
        assertThat(data.symbolId()).isEqualTo(0x203);
        assertThat(data.hasInformation()).isFalse();
        assertThat(data.information()).isNull();
        assertThat(data.informationEquals(new TransmissionInformation(FecEncoding.REED_SOLOMON_16, 1, 1, 1, 0)))
                .isFalse();
    }

    @Test
    void informationOfThePacketBeforeIsNotCarriedOver() throws Exception {
        String head = "12 08 0000 00000001 1234 6a f9 10 05 0000 000000 00 40 03";
        TransmissionInformation first = new TransmissionInformation(FecEncoding.REED_SOLOMON_8, 100, 10, 5, 2);
        TransmissionInformation second = new TransmissionInformation(FecEncoding.REED_SOLOMON_8, 100, 11, 5, 2);
        assertThat(view.wrap(Bytes.hex(head + "000000000064 000a 05 02 ab")).informationEquals(first))
                .isTrue();
        assertThat(view.informationEquals(second)).isFalse();
        assertThat(view.wrap(Bytes.hex(head + "000000000064 000b 05 02 ab")).information())
                .isEqualTo(second);
        assertThat(view.informationEquals(first)).isFalse();
        view.wrap(Bytes.hex("12 05 0000 00000001 1234 6a f9 40 05 0102 0001 0203 ab"));
        assertThat(view.hasInformation()).isFalse();
        assertThat(view.informationEquals(second)).isFalse();
    }

    @Test
    void viewsADatagramWithinALargerBufferAndLeavesIt() throws Exception {
        ByteBuffer datagram = Bytes.hex("12 05 0000 00000001 1234 6a f9 00 05 0102 000001 02 abcdef");
        ByteBuffer buffer = ByteBuffer.allocateDirect(100).position(17);
        buffer.put(datagram).limit(buffer.position()).position(17);
        DataHeader data = view.wrap(buffer);
        assertThat(buffer.position()).isEqualTo(17);
        assertThat(buffer.limit()).isEqualTo(17 + 23);
        assertThat(data.payloadPosition()).isEqualTo(17 + 20);
        assertThat(data.payloadLength()).isEqualTo(3);
        assertThat(buffer.get(data.payloadPosition())).isEqualTo((byte) 0xab);
        view.clear();
    }

    @Test
    void encoderRefusesStreamsAndNobody() {
        TransmissionInformation information = new TransmissionInformation(FecEncoding.REED_SOLOMON_8, 100, 10, 5, 2);
        ObjectId object = new ObjectId(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DataEncoder(new NodeId(1), 0, object, ObjectFlags.STREAM, information));
        assertThatIllegalArgumentException().isThrownBy(() -> new DataEncoder(NodeId.ANY, 0, object, 0, information));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DataEncoder(new NodeId(1), 0x1_0000, object, 0, information));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DataEncoder(new NodeId(1), 0, object, 0x100, information));
    }

    /** Encodes with an encoder that has written other packets before. */
    private static String encoded(
            TransmissionInformation information, int flags, boolean repair, long block, int length, int symbol) {
        DataEncoder encoder = new DataEncoder(new NodeId(0x80000001), 0x1234, new ObjectId(0x0102), flags, information);
        byte[] memory = new byte[encoder.length() + 6];
        Arrays.fill(memory, (byte) 0xa5);
        ByteBuffer out = ByteBuffer.wrap(memory);
        encoder.encode(out.position(2), 1, 255, 3, 4, !repair, 1, 99, 0);
        encoder.encode(out.position(3), 0xfffe, 0x6a, 15, 9, repair, block, length, symbol);
        assertThat(out.position()).isEqualTo(3 + encoder.length());
        assertThat(memory[memory.length - 3]).isEqualTo((byte) 0xa5);
        return Bytes.hex(ByteBuffer.wrap(memory, 3, encoder.length()));
    }
}

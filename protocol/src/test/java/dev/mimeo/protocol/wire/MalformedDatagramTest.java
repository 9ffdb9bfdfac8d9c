package dev.mimeo.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import dev.mimeo.protocol.wire.RepairRequest.Form;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused, and why. Each case differs in one place from a message that is let in. */
class MalformedDatagramTest {
    private static final String S = "0001 00000001 1234 6a f9 ";
    private static final String R = "0001 00000002 00000001 1234 ";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // common header
                "TRUNCATED | ''",
                "TRUNCATED | 13",
                "TRUNCATED | 1301 0001",
                "TRUNCATED | 13 00 0001 00000001 1234 6af9 02 000000",
                "TRUNCATED | 13 01 0001 00000001 1234 6af9 02 000000",
                "TRUNCATED | 13 03 0001 00000001 1234 6af9 02 000000",
                "LENGTH    | 13 05 0001 00000001 1234 6af9 02 000000",
                "LENGTH    | 13 ff 0001 00000001 1234 6af9 02 000000",
                "VERSION   | 23 04 0001 00000001 1234 6af9 02 000000",
                "VERSION   | 03 04 0001 00000001 1234 6af9 02 000000",
                "VALUE     | 13 04 0001 00000000 1234 6af9 02 000000",
                "VALUE     | 13 04 0001 ffffffff 1234 6af9 02 000000",
                "TYPE      | 17 04 0001 00000001 1234 6af9 02 000000",
                // commands
                "TYPE      | 13 04 {S} 00 000000",
                "TYPE      | 13 04 {S} 08 000000",
                "TYPE      | 13 04 {S} ff 000000",
                "LENGTH    | 13 04 {S} 02 000000 00",
                "TRUNCATED | 13 04 {S} 01 05 0001",
                "TRUNCATED | 13 05 {S} 01 81 0001 00000001",
                "FEC_ENCODING | 13 05 {S} 01 00 0001 00000001",
                "FEC_ENCODING | 13 05 {S} 01 80 0001 00000001",
                "LENGTH    | 13 05 {S} 01 05 0001 00000001 000000",
                "LENGTH    | 13 05 {S} 01 05 0001 00000001 00000002 03",
                "VALUE     | 13 05 {S} 01 05 0001 00000001 00000000",
                "VALUE     | 13 05 {S} 01 05 0001 00000001 00000002 ffffffff",
                "FEC_ENCODING | 13 05 {S} 03 06 0001 00000001",
                "LENGTH    | 13 05 {S} 03 05 0001 00000001 0002 00",
                "TRUNCATED | 13 05 {S} 04 00 0001 00000001",
                "VALUE     | 13 06 {S} 04 00 0001 00000001 000f4241",
                "VALUE     | 13 06 {S} 04 00 0001 00000001 ffffffff",
                "LENGTH    | 13 06 {S} 04 00 0001 00000001 00000001 00000002 01 02",
                "VALUE     | 13 06 {S} 04 00 0001 00000001 00000001 00000000 01 02 0003",
                "VALUE     | 13 04 {S} 06 00 02 01 00000002",
                "VALUE     | 13 04 {S} 06 00 0f 01 00000002",
                "LENGTH    | 13 04 {S} 06 00 10 01 0000",
                "VALUE     | 13 04 {S} 06 00 10 01 00000000",
                // header extensions
                "EXTENSION | 13 05 {S} 02 000000 01 00 0000",
                "EXTENSION | 13 05 {S} 02 000000 01 02 0000",
                "EXTENSION | 13 05 {S} 02 000000 7f ff 0000",
                "EXTENSION | 13 06 {S} 02 000000 80 000000 00 00 0000",
                "EXTENSION | 13 06 {S} 05 00 0000 03 02 0001 00000000",
                "EXTENSION | 13 08 {S} 05 00 0000 03 04 0001 00000000 00000000 00000000",
                "EXTENSION | 13 0a {S} 05 00 0000 03 03 0001 00000000 00000000 03 03 0001 00000000 00000000",
                "EXTENSION | 13 08 {S} 04 00 0001 00000001 00000001 80 00 0001 80 00 0001",
                "VALUE     | 13 08 {S} 04 00 0001 00000001 00000001 80 00 0001 48 01 03 00",
                "EXTENSION | 13 08 {S} 04 00 0001 00000001 00000001 48 01 00 00 48 01 00 00",
                "VALUE     | 13 08 {S} 05 00 0000 03 03 0001 00000000 00000000 48 01 ff 00",
                "EXTENSION | 11 08 {S} 04 05 0001 40 04 000000000001 0001 01 00 00000000",
                "EXTENSION | 11 07 {S} 04 81 0001 40 03 000000000001 0000 0001",
                "EXTENSION | 11 07 {S} 04 02 0001 40 03 000000000001 08 01 0001",
                "EXTENSION | 11 0a {S} 04 05 0001 40 03 000000000001 0001 01 00 40 03 000000000001 0001 01 00",
                // transmission information
                "VALUE     | 11 07 {S} 04 05 0001 40 03 000000000001 0000 01 00",
                "VALUE     | 11 07 {S} 04 05 0001 40 03 000000000001 0001 00 01",
                "VALUE     | 11 07 {S} 04 05 0001 40 03 000000000001 0001 f0 10",
                "VALUE     | 11 07 {S} 04 05 0001 40 03 000001000001 0001 01 00",
                "VALUE     | 11 08 {S} 04 81 0001 40 04 000000000001 0000 0001 0100 0000",
                "VALUE     | 11 08 {S} 04 02 0001 40 04 000000000001 08 01 0001 00ff 0001",
                "VALUE     | 11 08 {S} 04 02 0001 40 04 000000000001 10 01 0001 ffff 0001",
                "FEC_ENCODING | 11 08 {S} 04 81 0001 40 04 000000000001 0001 0001 0001 0000",
                "FEC_ENCODING | 11 08 {S} 04 02 0001 40 04 000000000001 04 01 0001 0001 0000",
                "FEC_ENCODING | 11 08 {S} 04 02 0001 40 04 000000000001 08 02 0001 0001 0000",
                "FEC_ENCODING | 11 04 {S} 04 06 0001",
                "VALUE     | 11 04 {S} 24 05 0001",
                "LENGTH    | 11 07 {S} 04 05 0001 40 03 000000000001 0001 01 00 6161",
                // receiver messages
                "TRUNCATED | 14 05 {R} 0000 00000000 00000000 01 01 0008 05 00 0001 00000001",
                "VALUE     | 14 06 0001 00000002 00000000 1234 0000 00000000 00000000 01 01 0008 05 00 0001 00000001",
                "VALUE     | 14 06 {R} 0000 00000000 000f4241 01 01 0008 05 00 0001 00000001",
                "TRUNCATED | 14 06 {R} 0000 00000000 00000000",
                "LENGTH    | 14 06 {R} 0000 00000000 00000000 01 01 00",
                "LENGTH    | 14 06 {R} 0000 00000000 00000000 01 01 0008 05 00 0001 000000",
                "LENGTH    | 14 06 {R} 0000 00000000 00000000 01 01 0009 05 00 0001 00000001",
                "LENGTH    | 14 06 {R} 0000 00000000 00000000 01 01 ffff 05 00 0001 00000001",
                "LENGTH    | 14 06 {R} 0000 00000000 00000000 01 01 0007 05 00 0001 00000001",
                "LENGTH    | 14 06 {R} 0000 00000000 00000000 01 01 0004 05 00 0001 00000001",
                "LENGTH    | 14 06 {R} 0000 00000000 00000000 01 01 0008 81 00 0001 00000001 0001 0001",
                "TRUNCATED | 14 06 {R} 0000 00000000 00000000 01 01 0008 81 00 0001 00000001",
                "VALUE     | 14 06 {R} 0000 00000000 00000000 01 01 0000",
                "FEC_ENCODING | 14 06 {R} 0000 00000000 00000000 01 01 0008 06 00 0001 00000001",
                "VALUE     | 14 06 {R} 0000 00000000 00000000 00 01 0008 05 00 0001 00000001",
                "VALUE     | 14 06 {R} 0000 00000000 00000000 04 01 0008 05 00 0001 00000001",
                "VALUE     | 14 06 {R} 0000 00000000 00000000 01 00 0008 05 00 0001 00000001",
                "VALUE     | 14 06 {R} 0000 00000000 00000000 01 10 0008 05 00 0001 00000001",
                "VALUE     | 14 06 {R} 0000 00000000 00000000 01 03 0008 05 00 0001 00000001",
                "VALUE     | 14 06 {R} 0000 00000000 00000000 01 0a 0008 05 00 0001 00000001",
                "LENGTH    | 14 06 {R} 0000 00000000 00000000 01 01 0008 05 00 0001 00000001 00",
                // ranges
                "VALUE     | 14 06 {R} 0000 00000000 00000000 02 01 0008 05 00 0001 00000001",
                "VALUE     | 14 06 {R} 0000 00000000 00000000 02 01 0010 05 00 0001 00000002 05 00 0001 00000001",
                "VALUE     | 14 06 {R} 0000 00000000 00000000 02 01 0010 05 00 0001 00000001 05 00 0001 00000102",
                "VALUE     | 14 06 {R} 0000 00000000 00000000 02 01 0010 05 00 0001 00000001 05 00 0002 00000001",
                "VALUE     | 14 06 {R} 0000 00000000 00000000 02 02 0010 05 00 0001 00000200 05 00 0001 00000100",
                "VALUE     | 14 06 {R} 0000 00000000 00000000 02 02 0010 05 00 0001 00000100 05 00 0002 00000200",
                "VALUE     | 14 06 {R} 0000 00000000 00000000 02 08 0010 05 00 0002 00000000 05 00 0001 00000000",
                "VALUE     | 14 06 {R} 0000 00000000 00000000 02 04 0010 05 00 0002 00000000 05 00 0001 00000000",
                "VALUE     | 14 06 {R} 0000 00000000 00000000 02 01 0010 05 00 0001 00000001 02 00 0001 00000001",
                // acknowledgements and reports
                "VALUE     | 15 06 {R} 0000 00000000 00000000",
                "VALUE     | 15 06 {R} 0300 00000000 00000000",
                "VALUE     | 15 06 {R} 0f00 00000000 00000000",
                "LENGTH    | 15 06 {R} 0100 00000000 00000000 00",
                "TRUNCATED | 15 06 {R} 0200 00000000 00000000",
                "TRUNCATED | 15 06 {R} 0200 00000000 00000000 05 00 0001 000000",
                "LENGTH    | 15 06 {R} 0200 00000000 00000000 05 00 0001 00000001 00",
                "TRUNCATED | 16 02 0001 00000002 00000001 12340000 0000000000000000",
                "TRUNCATED | 16 02 0001 00000002",
                "VALUE     | 16 06 0001 00000002 ffffffff 1234 0000 00000000 00000000",
                // data
                "TRUNCATED | 12 04 {S} 04 05 0001 00000001 61",
                "TRUNCATED | 12 05 {S} 04 81 0001 00000001 00010001 61",
                "TRUNCATED | 12 05 {S} 04 05 0001 00000001",
                "FEC_ENCODING | 12 05 {S} 04 03 0001 00000001 61",
                "VALUE     | 12 05 {S} 20 05 0001 00000001 61",
                "VALUE     | 12 05 {S} 30 05 0001 00000001 61",
                "VALUE     | 12 05 0001 00000000 1234 6a f9 00 05 0001 00000001 61",
                "VALUE     | 12 06 {S} 04 81 0001 00000001 0000 0001 61",
                "EXTENSION | 12 06 {S} 04 05 0001 00000001 40 00 0000 61",
                "LENGTH    | 12 08 {S} 04 05 0001 00000000 40 03 000000000064 000a 05 02 6161616161616161616161",
                "VALUE     | 12 08 {S} 04 05 0001 00000200 40 03 000000000064 000a 05 02 61",
                "VALUE     | 12 08 {S} 04 05 0001 00000007 40 03 000000000064 000a 05 02 61",
                "VALUE     | 12 0a {S} 04 81 0001 00000000 0006 0001 40 04 000000000064 0000 000a 0005 0002 61",
                "VALUE     | 12 0a {S} 04 81 0001 00000000 0004 0006 40 04 000000000064 0000 000a 0005 0002 61",
            })
    void refused(Reason reason, String bytes) {
        ByteBuffer datagram = Bytes.hex(bytes.replace("{S}", S).replace("{R}", R));
        assertThatThrownBy(() -> DatagramJudge.judge(datagram))
                .isInstanceOfSatisfying(
                        MalformedDatagramException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason))
                .satisfies(e -> assertThat(e.getMessage()).isNotBlank())
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }

    @Test
    void dataIsNotAMessageAndMessagesAreNotData() {
        ByteBuffer data = Bytes.hex("12 05", S, "04 05 0001 00000001 61");
        assertThatIllegalArgumentException().isThrownBy(() -> MessageCodec.decode(data));
        ByteBuffer end = Bytes.hex("13 04", S, "02 000000");
        assertThatThrownBy(() -> new DataHeader().wrap(end))
                .isInstanceOfSatisfying(
                        MalformedDatagramException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.TYPE));
    }

    @Test
    void encodingRefusesWhatDecodingWould() {
        SenderHeader sender = new SenderHeader(1, new NodeId(1), 1, 1, 1, 1);
        ReceiverHeader receiver = new ReceiverHeader(1, new NodeId(2), new NodeId(1), 1, 0);
        Watermark first = new Watermark(FecEncoding.REED_SOLOMON_8, new ObjectId(1), new PayloadId(2, 0, 3));
        Watermark last = new Watermark(FecEncoding.REED_SOLOMON_8, new ObjectId(1), new PayloadId(2, 0, 2));
        Watermark beyond = new Watermark(FecEncoding.REED_SOLOMON_8, new ObjectId(1), new PayloadId(1 << 24, 0, 2));
        Watermark parity = new Watermark(FecEncoding.REED_SOLOMON_8, new ObjectId(1), new PayloadId(2, 0, 256));
        List<Message> wrong = new ArrayList<>();
        wrong.add(new EndOfTransmission(new SenderHeader(0x1_0000, new NodeId(1), 1, 1, 1, 1)));
        wrong.add(new EndOfTransmission(new SenderHeader(-1, new NodeId(1), 1, 1, 1, 1)));
        wrong.add(new EndOfTransmission(new SenderHeader(1, NodeId.NONE, 1, 1, 1, 1)));
        wrong.add(new EndOfTransmission(new SenderHeader(1, new NodeId(1), 0x1_0000, 1, 1, 1)));
        wrong.add(new EndOfTransmission(new SenderHeader(1, new NodeId(1), 1, 256, 1, 1)));
        wrong.add(new EndOfTransmission(new SenderHeader(1, new NodeId(1), 1, 1, 16, 1)));
        wrong.add(new EndOfTransmission(new SenderHeader(1, new NodeId(1), 1, 1, 1, -1)));
        wrong.add(new Flush(sender, first, List.of(NodeId.ANY)));
        wrong.add(new Flush(sender, beyond, List.of()));
        wrong.add(new Flush(sender, parity, List.of()));
        wrong.add(new AckRequest(sender, 15, 1, List.of()));
        wrong.add(new AckRequest(sender, 16, 256, List.of()));
        wrong.add(
                new Info(sender, ObjectFlags.STREAM, FecEncoding.REED_SOLOMON_8, new ObjectId(1), null, Bytes.hex("")));
        wrong.add(new Nack(receiver, null, List.of()));
        wrong.add(new Nack(receiver, null, List.of(new RepairRequest(Form.ITEMS, 1, List.of()))));
        wrong.add(new Nack(receiver, null, List.of(new RepairRequest(Form.ITEMS, 3, List.of(first)))));
        wrong.add(new Nack(receiver, null, List.of(new RepairRequest(Form.ITEMS, 0x101, List.of(first)))));
        wrong.add(new Nack(receiver, null, List.of(new RepairRequest(Form.RANGES, 1, List.of(first)))));
        wrong.add(new Nack(receiver, null, List.of(new RepairRequest(Form.RANGES, 1, List.of(first, last)))));
        wrong.add(new Ack(receiver, 3, 0, null, null));
        wrong.add(new Ack(receiver, 256, 0, null, null));
        wrong.add(new Ack(receiver, Ack.FLUSH, 0, null, null));
        wrong.add(new Ack(receiver, Ack.CC, 0, null, first));
        wrong.add(new Ack(receiver, Ack.CC, 0, new CcFeedback(0, 256, 0, 0, 0, 0), null));
        wrong.add(new Report(new ReceiverHeader(1, new NodeId(2), NodeId.NONE, 1, 0), Bytes.hex("")));
        wrong.add(new Report(new ReceiverHeader(1, new NodeId(2), new NodeId(1), 1, -1), Bytes.hex("")));
        wrong.add(new Report(
                new ReceiverHeader(1, new NodeId(2), new NodeId(1), 1, (1L << 32) * 1_000_000 + 1), Bytes.hex("")));
        for (Message message : wrong) {
            assertThatIllegalArgumentException()
                    .as(message.toString())
                    .isThrownBy(() -> MessageCodec.encode(message, ByteBuffer.allocate(1000)));
        }
        assertThat(wrong).hasSize(27);
    }
}

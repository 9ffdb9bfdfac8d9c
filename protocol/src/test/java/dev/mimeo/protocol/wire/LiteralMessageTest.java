package dev.mimeo.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.wire.RepairRequest.Form;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that nobody has captured: literal bytes, written from the RFC, both ways. */
class LiteralMessageTest {
    private static final SenderHeader SENDER = new SenderHeader(0xfffe, new NodeId(0x0a000001), 0x1234, 0x6a, 15, 9);
    private static final String SENDER_BYTES = "fffe 0a000001 1234 6a f9";
    private static final ReceiverHeader RECEIVER =
            new ReceiverHeader(7, new NodeId(0xfffffffe), new NodeId(0x0a000001), 0x1234, 3_000_002);
    private static final String RECEIVER_BYTES = "0007 fffffffe 0a000001 1234";
    private static final String RESPONSE_BYTES = "00000003 00000002";

    /** A message and its bytes. */
    record Example(String bytes, Message message) {
        @Override
        public String toString() {
            return message.toString();
        }
    }

    static List<Example> examples() {
        List<Example> examples = new ArrayList<>();
        examples.add(new Example("13 04" + SENDER_BYTES + "02 000000", new EndOfTransmission(SENDER)));
        examples.add(new Example(
                "13 04" + SENDER_BYTES + "06 00 10 ff 00000002 80000003",
                new AckRequest(SENDER, 16, 255, List.of(new NodeId(2), new NodeId(0x80000003)))));
        examples.add(new Example("13 04" + SENDER_BYTES + "06 00 ff 00", new AckRequest(SENDER, 255, 0, List.of())));
        examples.add(new Example(
                "13 05" + SENDER_BYTES + "03 02 fffe ffff 0000 ffff 0000",
                new Squelch(
                        SENDER,
                        position(FecEncoding.REED_SOLOMON_16, 0xfffe, 0xffff, 0, 0),
                        List.of(new ObjectId(0xffff), new ObjectId(0)))));
        examples.add(new Example(
                "13 06" + SENDER_BYTES + "01 81 0001 ffffffff ffff 0102",
                new Flush(
                        SENDER,
                        position(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 1, 0xffff_ffffL, 0xffff, 0x102),
                        List.of())));
        examples.add(new Example(
                "13 06" + SENDER_BYTES + "04 00 ffff ffffffff 000f4240",
                new CongestionControl(SENDER, 0xffff, (1L << 32) * 1_000_000, OptionalInt.empty(), List.of())));
        examples.add(new Example(
                "13 08" + SENDER_BYTES + "04 00 ffff 00000001 00000000 80 00 4008 48 01 00 00 00000009 05 46 4007",
                new CongestionControl(
                        SENDER,
                        0xffff,
                        1_000_000,
                        OptionalInt.of(0x4008),
                        true,
                        List.of(new CongestionControl.Node(new NodeId(9), 5, 0x46, 0x4007)))));
        examples.add(new Example(
                "13 04" + SENDER_BYTES + "05 01 0000",
                new RepairAdvertisement(SENDER, RepairAdvertisement.LIMIT, null, List.of())));
        examples.add(new Example(
                "13 04" + SENDER_BYTES + "07 000000 00ff", new ApplicationCommand(SENDER, Bytes.hex("00ff"))));
        examples.addAll(informationExamples());
        examples.addAll(receiverExamples());
        return examples;
    }

    private static List<Example> informationExamples() {
        return List.of(
                new Example(
                        "11 04" + SENDER_BYTES + "04 05 0000",
                        new Info(
                                SENDER,
                                ObjectFlags.INFO,
                                FecEncoding.REED_SOLOMON_8,
                                new ObjectId(0),
                                null,
                                Bytes.hex(""))),
                new Example(
                        "11 08" + SENDER_BYTES + "14 02 0003 4004 000005f5e100 08 01 ffff 00c8 0037 61",
                        new Info(
                                SENDER,
                                ObjectFlags.INFO | ObjectFlags.FILE,
                                FecEncoding.REED_SOLOMON_M_8,
                                new ObjectId(3),
                                new TransmissionInformation(FecEncoding.REED_SOLOMON_M_8, 100_000_000, 0xffff, 200, 55),
                                Bytes.hex("61"))),
                new Example("11 08" + SENDER_BYTES + "54 02 0003 4004 000000010000 10 01 0580 1000 0100 61", info16()));
    }

    private static Info info16() {
        return new Info(
                SENDER,
                0x54,
                FecEncoding.REED_SOLOMON_16,
                new ObjectId(3),
                new TransmissionInformation(FecEncoding.REED_SOLOMON_16, 0x10000, 0x580, 0x1000, 0x100),
                Bytes.hex("61"));
    }

    private static List<Example> receiverExamples() {
        CcFeedback feedback = new CcFeedback(0xfffe, 0x3f, 0xff, 0xfffd, 0xfffc, 0xfffb);
        List<RepairRequest> requests = List.of(
                new RepairRequest(
                        Form.RANGES,
                        RepairRequest.SEGMENT,
                        List.of(
                                position(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 18, 6, 32, 5),
                                position(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 18, 6, 32, 10))),
                new RepairRequest(
                        Form.ITEMS,
                        RepairRequest.SEGMENT | RepairRequest.INFO,
                        List.of(position(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 19, 1, 32, 3))),
                new RepairRequest(
                        Form.ERASURES,
                        RepairRequest.SEGMENT,
                        List.of(
                                position(FecEncoding.REED_SOLOMON_8, 20, 0xfffffe, 0, 4),
                                position(FecEncoding.REED_SOLOMON_16, 21, 0xfffe, 0, 0x1234))));
        return List.of(
                // The first two requests are Example 2 of RFC 5740, section 4.3.1.
                new Example(
                        "14 09" + RECEIVER_BYTES + "0000" + RESPONSE_BYTES
                                + "03 03 fffe 3f ff fffd fffc fffb"
                                + "02 01 0018 81 00 0012 00000006 0020 0005 81 00 0012 00000006 0020 000a"
                                + "01 05 000c 81 00 0013 00000001 0020 0003"
                                + "03 01 0010 05 00 0014 fffffe 04 02 00 0015 fffe 1234",
                        new Nack(RECEIVER, feedback, requests)),
                new Example(
                        "14 06" + RECEIVER_BYTES + "0000" + RESPONSE_BYTES
                                + "02 08 0010 05 00 ffff 000000 00 05 00 0001 000000 00",
                        new Nack(
                                RECEIVER,
                                null,
                                List.of(new RepairRequest(
                                        Form.RANGES,
                                        RepairRequest.OBJECT,
                                        List.of(
                                                position(FecEncoding.REED_SOLOMON_8, 0xffff, 0, 0, 0),
                                                position(FecEncoding.REED_SOLOMON_8, 1, 0, 0, 0)))))),
                new Example(
                        "15 06" + RECEIVER_BYTES + "ff 80" + RESPONSE_BYTES, new Ack(RECEIVER, 255, 128, null, null)),
                new Example(
                        "15 0a" + RECEIVER_BYTES + "01 00" + RESPONSE_BYTES
                                + "03 03 0001 04 46 0002 4007 0003 48 01 02 00",
                        new Ack(
                                RECEIVER,
                                Ack.CC,
                                0,
                                new CcFeedback(1, 4, 0x46, 2, 0x4007, 3, RateLimit.STORAGE),
                                null)),
                new Example(
                        "15 06" + RECEIVER_BYTES + "02 00" + RESPONSE_BYTES + "02 00 0001 0002 0003",
                        new Ack(RECEIVER, Ack.FLUSH, 0, null, position(FecEncoding.REED_SOLOMON_16, 1, 2, 0, 3))),
                new Example("16 06" + RECEIVER_BYTES + "0000" + RESPONSE_BYTES, new Report(RECEIVER, Bytes.hex(""))),
                new Example(
                        "16 06" + RECEIVER_BYTES + "0000" + RESPONSE_BYTES + "6d6d3031",
                        new Report(RECEIVER, Bytes.hex("6d6d3031"))));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void bothWays(Example example) throws Exception {
        ByteBuffer bytes = Bytes.hex(example.bytes);
        assertThat(MessageCodec.decode(bytes)).isEqualTo(example.message);
        assertThat(bytes.position()).isZero();
        assertThat(Bytes.hex(Bytes.encoded(example.message))).isEqualTo(Bytes.hex(bytes));
        assertThat(Bytes.encodedOver(example.message, 0x00)).isEqualTo(Bytes.encodedOver(example.message, 0xff));
        assertThat(MessageCodec.source(bytes))
                .isEqualTo(example.message.source().value());
    }

    @Test
    void datagramsMayLieAnywhereInTheirBuffer() throws Exception {
        for (Example example : examples()) {
            ByteBuffer bytes = Bytes.hex(example.bytes);
            ByteBuffer inside =
                    ByteBuffer.allocateDirect(bytes.remaining() + 13).position(5);
            inside.put(bytes.duplicate()).position(5).limit(5 + bytes.remaining());
            assertThat(MessageCodec.type(inside)).isEqualTo(MessageCodec.type(bytes));
            assertThat(MessageCodec.source(inside)).isEqualTo(MessageCodec.source(bytes));
            assertThat(MessageCodec.decode(inside)).isEqualTo(example.message);
            assertThat(inside.position()).isEqualTo(5);
        }
    }

    @Test
    void foreignExtensionsAreSkipped() throws Exception {
        String authentication = "01 05 10 00 00112233445566778899aabbccddeeff";
        String fixed = "c8 123456";
        String acknowledgement = "41 02 00 05 68656c6c";
        String information = "40 03 000000000000 0000 0000";
        assertThat(MessageCodec.decode(
                        Bytes.hex("13 0d" + SENDER_BYTES + "02 ffffff" + authentication + fixed + information)))
                .isEqualTo(new EndOfTransmission(SENDER));
        assertThat(MessageCodec.decode(Bytes.hex(
                        "13 08" + SENDER_BYTES + "01 05 0001 000002 03" + acknowledgement + fixed + "00000009")))
                .isEqualTo(new Flush(SENDER, position(FecEncoding.REED_SOLOMON_8, 1, 2, 0, 3), List.of(new NodeId(9))));
        assertThat(MessageCodec.decode(Bytes.hex("15 0c" + RECEIVER_BYTES + "01 00" + RESPONSE_BYTES + fixed
                        + acknowledgement + "03 03 0001 02 03 0004 0005 0006")))
                .isEqualTo(new Ack(RECEIVER, Ack.CC, 0, new CcFeedback(1, 2, 3, 4, 5, 6), null));
    }

    @Test
    void oddTimesOfTheReferenceAreLetInAndComeOutEven() throws Exception {
        Ack ack = new Ack(RECEIVER, Ack.CC, 0, null, null);
        String odd = "15 06" + RECEIVER_BYTES + "0100 00000002 000f4240";
        Ack decoded = (Ack) MessageCodec.decode(Bytes.hex(odd));
        assertThat(decoded.header().grttResponseMicros()).isEqualTo(3_000_000);
        assertThat(Bytes.hex(Bytes.encoded(decoded))).endsWith("0000000300000000");
        assertThat(Bytes.hex(Bytes.encoded(ack))).endsWith("0000000300000002");
    }

    @Test
    void thePayloadOfAnApplicationsAcknowledgementIsDropped() throws Exception {
        assertThat(MessageCodec.decode(Bytes.hex("15 06" + RECEIVER_BYTES + "10 02" + RESPONSE_BYTES + "616263")))
                .isEqualTo(new Ack(RECEIVER, 16, 2, null, null));
    }

    @Test
    void recordsDoNotShareTheDatagramsMemory() throws Exception {
        ByteBuffer datagram = Bytes.hex("13 04" + SENDER_BYTES + "07 000000 616263");
        ApplicationCommand command = (ApplicationCommand) MessageCodec.decode(datagram);
        datagram.put(17, (byte) 0);
        command.content().get();
        assertThat(Bytes.hex(command.content())).isEqualTo("616263");
    }

    @Test
    void unknownTypesAreNamedAndNotDecoded() throws Exception {
        for (int code : new int[] {0, 7, 8, 9, 10, 11, 12, 13, 14, 15}) {
            ByteBuffer datagram = Bytes.hex("10 02 0000 00000001").put(0, (byte) (0x10 | code));
            assertThat(MessageCodec.type(datagram)).isEmpty();
        }
    }

    @Test
    void fieldSizeOfEncodingTwoCanBeLearntLater() {
        Watermark sixteen = position(FecEncoding.REED_SOLOMON_16, 1, 0x1234, 0, 0x5678);
        Watermark eight = position(FecEncoding.REED_SOLOMON_M_8, 1, 0x123456, 0, 0x78);
        assertThat(sixteen.as(FecEncoding.REED_SOLOMON_M_8)).isEqualTo(eight);
        assertThat(eight.as(FecEncoding.REED_SOLOMON_16)).isEqualTo(sixteen);
        assertThat(eight.as(FecEncoding.REED_SOLOMON_M_8)).isSameAs(eight);
        assertThat(position(FecEncoding.REED_SOLOMON_16, 1, 0xffff, 0, 0xffff).as(FecEncoding.REED_SOLOMON_M_8))
                .isEqualTo(position(FecEncoding.REED_SOLOMON_M_8, 1, 0xffffff, 0, 0xff));
    }

    private static Watermark position(FecEncoding encoding, int object, long block, int length, int symbol) {
        return new Watermark(encoding, new ObjectId(object), new PayloadId(block, length, symbol));
    }
}

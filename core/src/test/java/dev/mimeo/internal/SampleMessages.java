package dev.mimeo.internal;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.wire.Ack;
import dev.mimeo.protocol.wire.AckRequest;
import dev.mimeo.protocol.wire.ApplicationCommand;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.CongestionControl;
import dev.mimeo.protocol.wire.DataEncoder;
import dev.mimeo.protocol.wire.EndOfTransmission;
import dev.mimeo.protocol.wire.Flush;
import dev.mimeo.protocol.wire.Info;
import dev.mimeo.protocol.wire.Message;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.ObjectFlags;
import dev.mimeo.protocol.wire.PayloadId;
import dev.mimeo.protocol.wire.Quantization;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.RepairAdvertisement;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.RepairRequest.Form;
import dev.mimeo.protocol.wire.Report;
import dev.mimeo.protocol.wire.SenderHeader;
import dev.mimeo.protocol.wire.Squelch;
import dev.mimeo.protocol.wire.Watermark;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** One of everything that can be said under an FEC scheme, with and without each of its extensions. */
final class SampleMessages {
    private static final NodeId SENDER = new NodeId(0x0a00_0001);
    private static final NodeId RECEIVER = new NodeId(0x0a00_0102);
    private static final int INSTANCE = 0x1234;
    private static final int SEGMENT = 1_400;
    private static final int BLOCK = 64;
    private static final int PARITY = 16;

    private final FecEncoding encoding;
    private final TransmissionInformation information;
    private final List<ByteBuffer> datagrams = new ArrayList<>();
    private int sequence = 0xfff8;

    private SampleMessages(FecEncoding encoding) {
        this.encoding = encoding;
        information = new TransmissionInformation(encoding, 1_000_000, SEGMENT, BLOCK, PARITY);
    }

    /** Returns the datagrams. */
    static List<ByteBuffer> of(FecEncoding encoding) {
        SampleMessages samples = new SampleMessages(encoding);
        samples.objects();
        samples.commands();
        samples.feedback();
        return samples.datagrams;
    }

    private void objects() {
        add(new Info(header(), ObjectFlags.INFO, encoding, new ObjectId(7), null, text("name")));
        add(new Info(
                header(),
                ObjectFlags.INFO | ObjectFlags.FILE,
                encoding,
                new ObjectId(0xffff),
                information,
                text("a longer name.img")));
        data(false, 0, 0);
        data(true, 3, BLOCK + PARITY - 1);
    }

    private void data(boolean isRepair, long block, int symbol) {
        DataEncoder encoder = new DataEncoder(
                SENDER, INSTANCE, new ObjectId(0xfffe), ObjectFlags.INFO | ObjectFlags.FILE, information);
        ByteBuffer out = ByteBuffer.allocate(encoder.length() + SEGMENT);
        SenderHeader header = header();
        encoder.encode(
                out,
                header.sequence(),
                header.grtt(),
                header.backoffFactor(),
                header.groupSize(),
                isRepair,
                block,
                BLOCK,
                symbol);
        datagrams.add(out.rewind());
    }

    private void commands() {
        add(new Flush(header(), position(2, 63), List.of()));
        add(new Flush(header(), position(2, 63), List.of(RECEIVER, new NodeId(5))));
        add(new EndOfTransmission(header()));
        add(new Squelch(header(), position(0, 0), List.of(new ObjectId(8), new ObjectId(9))));
        add(new CongestionControl(header(), 77, 1_234_567_890_123L, OptionalInt.empty(), List.of()));
        add(new CongestionControl(
                header(),
                78,
                5_000_000L,
                OptionalInt.of(Quantization.rate(2_500_000)),
                List.of(new CongestionControl.Node(RECEIVER, CcFeedback.CLR | CcFeedback.RTT, 70, 0x4006))));
        add(new RepairAdvertisement(header(), 0, null, requests()));
        add(new RepairAdvertisement(header(), RepairAdvertisement.LIMIT, feedbackField(), requests()));
        add(new AckRequest(header(), 16, 3, List.of(RECEIVER)));
        add(new ApplicationCommand(header(), text("application")));
    }

    private void feedback() {
        add(new Nack(receiverHeader(), null, requests()));
        add(new Nack(receiverHeader(), feedbackField(), requests()));
        add(new Ack(receiverHeader(), Ack.CC, 0, feedbackField(), null));
        add(new Ack(receiverHeader(), Ack.FLUSH, 0, null, position(2, 63)));
        add(new Ack(receiverHeader(), Ack.FLUSH, 0, feedbackField(), position(2, 63)));
        add(new Report(receiverHeader(), text("report")));
    }

    private List<RepairRequest> requests() {
        return List.of(
                new RepairRequest(Form.ITEMS, RepairRequest.INFO, List.of(position(0, 0))),
                new RepairRequest(Form.ITEMS, RepairRequest.SEGMENT, List.of(position(1, 3), position(1, 64))),
                new RepairRequest(Form.RANGES, RepairRequest.SEGMENT, List.of(position(2, 0), position(2, 62))),
                new RepairRequest(Form.RANGES, RepairRequest.BLOCK, List.of(position(3, 0), position(9, 0))),
                new RepairRequest(Form.ITEMS, RepairRequest.OBJECT, List.of(position(0, 0))));
    }

    private CcFeedback feedbackField() {
        return new CcFeedback(78, CcFeedback.RTT, 70, 655, 0x4006, 0);
    }

    private Watermark position(long block, int symbol) {
        int length = encoding.carriesBlockLength() ? BLOCK : 0;
        return new Watermark(encoding, new ObjectId(7), new PayloadId(block, length, symbol));
    }

    private SenderHeader header() {
        return new SenderHeader(sequence++ & 0xffff, SENDER, INSTANCE, 106, 4, 2);
    }

    private ReceiverHeader receiverHeader() {
        return new ReceiverHeader(sequence++ & 0xffff, RECEIVER, SENDER, INSTANCE, 3_000_002);
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void add(Message message) {
        ByteBuffer out = ByteBuffer.allocate(MessageCodec.length(message));
        MessageCodec.encode(message, out);
        datagrams.add(out.flip());
    }
}

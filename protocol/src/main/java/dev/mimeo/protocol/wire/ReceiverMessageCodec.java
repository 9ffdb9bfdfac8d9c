package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * NORM_NACK, NORM_ACK and NORM_REPORT (RFC 5740, sections 4.3 and 4.4.1).
 *
 * <pre>
 * +------+------+------+------+
 * |ver|ty| hdr  |  sequence   |
 * +------+------+------+------+
 * |         source_id         |
 * +------+------+------+------+
 * |         server_id         |
 * +------+------+------+------+
 * | instance_id |  reserved   |   NORM_ACK: ack_type, ack_id
 * +------+------+------+------+
 * |     grtt_response_sec     |
 * +------+------+------+------+
 * |     grtt_response_usec    |
 * +------+------+------+------+
 * |    EXT_CC, if any, ...    |
 * +------+------+------+------+
 * | NACK: repair requests ... |
 * | ACK(FLUSH): watermark ... |
 * | REPORT: content ...       |
 * </pre>
 *
 * <p>Deviations: the payload of an application-defined NORM_ACK is let in but not kept; NORM_REPORT, whose format the RFC
 * leaves open, must have this header, so that the two-word header of other implementations is refused.
 */
final class ReceiverMessageCodec {
    private static final int HEADER_LENGTH = 24;

    private ReceiverMessageCodec() {}

    static ReceiverHeader receiverHeader(DatagramReader in) throws MalformedDatagramException {
        return header(in).fields;
    }

    static Nack nack(DatagramReader in) throws MalformedDatagramException {
        Header header = header(in);
        CcFeedback feedback = FeedbackField.read(in);
        in.openPayload();
        List<RepairRequest> requests = RepairRequestCodec.decode(in);
        if (requests.isEmpty()) {
            throw in.refuse(Reason.TRUNCATED, "NORM_NACK without a repair request");
        }
        return new Nack(header.fields, feedback, requests);
    }

    static Ack ack(DatagramReader in) throws MalformedDatagramException {
        Header header = header(in);
        int ackType = header.reserved >>> 8;
        int ackId = header.reserved & 0xff;
        if (!isAckType(ackType)) {
            throw in.refuse(Reason.VALUE, "ack_type " + ackType + " is reserved");
        }
        CcFeedback feedback = FeedbackField.read(in);
        in.openPayload();
        Watermark watermark = ackType == Ack.FLUSH ? PayloadIdCodec.item(in) : null;
        if (ackType == Ack.FLUSH || ackType == Ack.CC) {
            in.requireEnd("NORM_ACK");
        }
        return new Ack(header.fields, ackType, ackId, feedback, watermark);
    }

    static Report report(DatagramReader in) throws MalformedDatagramException {
        Header header = header(in);
        in.openExtension(DatagramReader.NO_EXTENSION);
        in.openPayload();
        return new Report(header.fields, in.content());
    }

    static int length(ReceiverMessage message) {
        return headerLength(message) + payloadLength(message);
    }

    static void encode(ReceiverMessage message, ByteBuffer out) {
        if (message instanceof Nack nack) {
            if (nack.requests().isEmpty()) {
                throw new IllegalArgumentException("NORM_NACK without a repair request");
            }
            putHeader(out, MessageType.NACK, nack, 0);
            FeedbackField.put(out, nack.feedback());
            RepairRequestCodec.encode(nack.requests(), out);
        } else if (message instanceof Ack ack) {
            encodeAck(ack, out);
        } else if (message instanceof Report report) {
            putHeader(out, MessageType.REPORT, report, 0);
            Fields.putContent(out, report.content());
        } else {
            throw new AssertionError(message);
        }
    }

    private static void encodeAck(Ack ack, ByteBuffer out) {
        Fields.require(isAckType(ack.ackType()) && ack.ackType() <= 0xff, "ack_type", ack.ackType());
        Fields.require(ack.ackId() >>> 8 == 0, "ack_id", ack.ackId());
        if ((ack.ackType() == Ack.FLUSH) != (ack.watermark() != null)) {
            throw new IllegalArgumentException("NORM_ACK(FLUSH), and no other, has a watermark: " + ack);
        }
        putHeader(out, MessageType.ACK, ack, ack.ackType() << 8 | ack.ackId());
        FeedbackField.put(out, ack.feedback());
        if (ack.watermark() != null) {
            PayloadIdCodec.putItem(out, ack.watermark());
        }
    }

    private static boolean isAckType(int ackType) {
        return ackType == Ack.CC || ackType == Ack.FLUSH || ackType >= CommandCodec.FIRST_APPLICATION_ACK_TYPE;
    }

    private static int headerLength(ReceiverMessage message) {
        if (message instanceof Nack nack) {
            return HEADER_LENGTH + FeedbackField.length(nack.feedback());
        }
        if (message instanceof Ack ack) {
            return HEADER_LENGTH + FeedbackField.length(ack.feedback());
        }
        return HEADER_LENGTH;
    }

    private static int payloadLength(ReceiverMessage message) {
        if (message instanceof Nack nack) {
            return RepairRequestCodec.length(nack.requests());
        }
        if (message instanceof Ack ack) {
            return ack.watermark() == null ? 0 : PayloadIdCodec.itemLength(ack.watermark());
        }
        if (message instanceof Report report) {
            return report.content().remaining();
        }
        throw new AssertionError(message);
    }

    private static Header header(DatagramReader in) throws MalformedDatagramException {
        int sequence = in.unsignedShort("sequence");
        NodeId source = new NodeId(in.participant("source_id"));
        NodeId sender = new NodeId(in.participant("server_id"));
        int instanceId = in.unsignedShort("instance_id");
        int reserved = in.unsignedShort("reserved");
        long grttResponseMicros = in.timeMicros("grtt_response");
        return new Header(new ReceiverHeader(sequence, source, sender, instanceId, grttResponseMicros), reserved);
    }

    private static void putHeader(ByteBuffer out, MessageType type, ReceiverMessage message, int reserved) {
        ReceiverHeader header = message.header();
        MessageCodec.putCommonHeader(out, type, headerLength(message), header.sequence(), header.source());
        Fields.putParticipant(out, header.sender(), "server_id");
        Fields.put16(out, header.instanceId(), "instance_id");
        out.putShort((short) reserved);
        WireTime.put(out, header.grttResponseMicros());
    }

    /** The fields, and the two bytes that only NORM_ACK uses. */
    private record Header(ReceiverHeader fields, int reserved) {}
}

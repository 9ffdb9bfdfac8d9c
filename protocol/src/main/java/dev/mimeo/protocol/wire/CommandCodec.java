package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * NORM_CMD (RFC 5740, section 4.2.3): the sender header, a sub-type, and what it implies. The records draw their layouts.
 *
 * <p>All lists run to the end of the datagram. Reserved bytes are written as zeros and not looked at.
 */
final class CommandCodec {
    private static final int FLUSH = 1;
    private static final int END_OF_TRANSMISSION = 2;
    private static final int SQUELCH = 3;
    private static final int CONGESTION_CONTROL = 4;
    private static final int REPAIR_ADVERTISEMENT = 5;
    private static final int ACK_REQUEST = 6;
    private static final int APPLICATION = 7;

    /** Sender header, sub-type and three more bytes. */
    private static final int HEADER_LENGTH = SenderHeaderCodec.LENGTH + Integer.BYTES;

    private static final int CONGESTION_CONTROL_HEADER_LENGTH = HEADER_LENGTH + WireTime.LENGTH;
    private static final int CC_NODE_LENGTH = 8;
    /** Smaller ack_types are the protocol's own and cannot be asked for. */
    static final int FIRST_APPLICATION_ACK_TYPE = 16;

    private CommandCodec() {}

    static SenderMessage decode(DatagramReader in) throws MalformedDatagramException {
        SenderHeader header = SenderHeaderCodec.decode(in);
        int subType = in.unsignedByte("sub-type");
        return switch (subType) {
            case FLUSH -> flush(in, header);
            case END_OF_TRANSMISSION -> endOfTransmission(in, header);
            case SQUELCH -> squelch(in, header);
            case CONGESTION_CONTROL -> congestionControl(in, header);
            case REPAIR_ADVERTISEMENT -> repairAdvertisement(in, header);
            case ACK_REQUEST -> ackRequest(in, header);
            case APPLICATION -> application(in, header);
            default -> throw in.refuse(Reason.TYPE, "NORM_CMD sub-type " + subType + " is not known");
        };
    }

    static int headerLength(SenderMessage command) {
        if (command instanceof Flush flush) {
            return HEADER_LENGTH + flush.position().encoding().payloadIdLength();
        }
        if (command instanceof Squelch squelch) {
            return HEADER_LENGTH + squelch.windowStart().encoding().payloadIdLength();
        }
        if (command instanceof CongestionControl cc) {
            return CONGESTION_CONTROL_HEADER_LENGTH + RateField.length(cc.sendRate()) + LimitField.length(limit(cc));
        }
        if (command instanceof RepairAdvertisement advertisement) {
            return HEADER_LENGTH + FeedbackField.length(advertisement.feedback());
        }
        return HEADER_LENGTH;
    }

    static int length(SenderMessage command) {
        return headerLength(command) + payloadLength(command);
    }

    static void encode(SenderMessage command, ByteBuffer out) {
        SenderHeaderCodec.encode(MessageType.CMD, headerLength(command), command.header(), out);
        if (command instanceof Flush flush) {
            encodeFlush(flush, out);
        } else if (command instanceof EndOfTransmission) {
            out.put((byte) END_OF_TRANSMISSION);
            Fields.putZeros(out, 3);
        } else if (command instanceof Squelch squelch) {
            encodeSquelch(squelch, out);
        } else if (command instanceof CongestionControl cc) {
            encodeCongestionControl(cc, out);
        } else if (command instanceof RepairAdvertisement advertisement) {
            encodeRepairAdvertisement(advertisement, out);
        } else if (command instanceof AckRequest request) {
            encodeAckRequest(request, out);
        } else if (command instanceof ApplicationCommand application) {
            out.put((byte) APPLICATION);
            Fields.putZeros(out, 3);
            Fields.putContent(out, application.content());
        } else {
            throw new AssertionError(command);
        }
    }

    private static int payloadLength(SenderMessage command) {
        if (command instanceof Flush flush) {
            return flush.ackingNodes().size() * Integer.BYTES;
        }
        if (command instanceof Squelch squelch) {
            return squelch.invalidObjects().size() * Short.BYTES;
        }
        if (command instanceof CongestionControl cc) {
            return cc.nodes().size() * CC_NODE_LENGTH;
        }
        if (command instanceof RepairAdvertisement advertisement) {
            return RepairRequestCodec.length(advertisement.requests());
        }
        if (command instanceof AckRequest request) {
            return request.ackingNodes().size() * Integer.BYTES;
        }
        if (command instanceof ApplicationCommand application) {
            return application.content().remaining();
        }
        return 0;
    }

    private static Flush flush(DatagramReader in, SenderHeader header) throws MalformedDatagramException {
        FecEncoding encoding = PayloadIdCodec.encoding(in);
        Watermark position = PayloadIdCodec.position(in, encoding);
        skipExtensions(in);
        in.openPayload();
        return new Flush(header, position, in.participants("acking_node_list"));
    }

    private static void encodeFlush(Flush flush, ByteBuffer out) {
        out.put((byte) FLUSH);
        out.put((byte) flush.position().encoding().id());
        PayloadIdCodec.putPosition(out, flush.position());
        Fields.putParticipants(out, flush.ackingNodes(), "acking node");
    }

    private static EndOfTransmission endOfTransmission(DatagramReader in, SenderHeader header)
            throws MalformedDatagramException {
        in.skip(3, "reserved");
        skipExtensions(in);
        in.openPayload();
        in.requireEnd("NORM_CMD(EOT)");
        return new EndOfTransmission(header);
    }

    private static Squelch squelch(DatagramReader in, SenderHeader header) throws MalformedDatagramException {
        FecEncoding encoding = PayloadIdCodec.encoding(in);
        Watermark windowStart = PayloadIdCodec.position(in, encoding);
        skipExtensions(in);
        in.openPayload();
        in.requireWhole(Short.BYTES, "invalid_object_list");
        List<ObjectId> invalid = new ArrayList<>(in.remaining() / Short.BYTES);
        while (in.remaining() > 0) {
            invalid.add(new ObjectId(in.unsignedShort("invalid object")));
        }
        return new Squelch(header, windowStart, invalid);
    }

    private static void encodeSquelch(Squelch squelch, ByteBuffer out) {
        out.put((byte) SQUELCH);
        out.put((byte) squelch.windowStart().encoding().id());
        PayloadIdCodec.putPosition(out, squelch.windowStart());
        for (ObjectId object : squelch.invalidObjects()) {
            Fields.put16(out, object.value(), "invalid object");
        }
    }

    private static CongestionControl congestionControl(DatagramReader in, SenderHeader header)
            throws MalformedDatagramException {
        in.skip(1, "reserved");
        int ccSequence = in.unsignedShort("cc_sequence");
        long sendTimeMicros = in.timeMicros("send_time");
        OptionalInt sendRate = RateField.read(in);
        boolean limitWanted = LimitField.read(in) != null;
        in.openPayload();
        in.requireWhole(CC_NODE_LENGTH, "cc_node_list");
        List<CongestionControl.Node> nodes = new ArrayList<>(in.remaining() / CC_NODE_LENGTH);
        while (in.remaining() > 0) {
            nodes.add(new CongestionControl.Node(
                    new NodeId(in.participant("cc_node_id")),
                    in.unsignedByte("cc_flags"),
                    in.unsignedByte("cc_rtt"),
                    in.unsignedShort("cc_rate")));
        }
        return new CongestionControl(header, ccSequence, sendTimeMicros, sendRate, limitWanted, nodes);
    }

    private static RateLimit limit(CongestionControl cc) {
        return cc.limitWanted() ? RateLimit.NONE : null;
    }

    private static void encodeCongestionControl(CongestionControl cc, ByteBuffer out) {
        out.put((byte) CONGESTION_CONTROL);
        Fields.putZeros(out, 1);
        Fields.put16(out, cc.ccSequence(), "cc_sequence");
        WireTime.put(out, cc.sendTimeMicros());
        RateField.put(out, cc.sendRate());
        LimitField.put(out, limit(cc));
        for (CongestionControl.Node node : cc.nodes()) {
            Fields.putParticipant(out, node.id(), "cc_node_id");
            Fields.put8(out, node.flags(), "cc_flags");
            Fields.put8(out, node.rtt(), "cc_rtt");
            Fields.put16(out, node.rate(), "cc_rate");
        }
    }

    private static RepairAdvertisement repairAdvertisement(DatagramReader in, SenderHeader header)
            throws MalformedDatagramException {
        int flags = in.unsignedByte("flags");
        in.skip(2, "reserved");
        CcFeedback feedback = FeedbackField.read(in);
        in.openPayload();
        return new RepairAdvertisement(header, flags, feedback, RepairRequestCodec.decode(in));
    }

    private static void encodeRepairAdvertisement(RepairAdvertisement advertisement, ByteBuffer out) {
        out.put((byte) REPAIR_ADVERTISEMENT);
        Fields.put8(out, advertisement.flags(), "flags");
        Fields.putZeros(out, 2);
        FeedbackField.put(out, advertisement.feedback());
        RepairRequestCodec.encode(advertisement.requests(), out);
    }

    private static AckRequest ackRequest(DatagramReader in, SenderHeader header) throws MalformedDatagramException {
        in.skip(1, "reserved");
        int ackType = in.unsignedByte("ack_type");
        if (ackType < FIRST_APPLICATION_ACK_TYPE) {
            throw in.refuse(Reason.VALUE, "ack_type " + ackType + " cannot be asked for");
        }
        int ackId = in.unsignedByte("ack_id");
        skipExtensions(in);
        in.openPayload();
        return new AckRequest(header, ackType, ackId, in.participants("acking_node_list"));
    }

    private static void encodeAckRequest(AckRequest request, ByteBuffer out) {
        out.put((byte) ACK_REQUEST);
        Fields.putZeros(out, 1);
        Fields.require(request.ackType() >= FIRST_APPLICATION_ACK_TYPE, "ack_type", request.ackType());
        Fields.put8(out, request.ackType(), "ack_type");
        Fields.put8(out, request.ackId(), "ack_id");
        Fields.putParticipants(out, request.ackingNodes(), "acking node");
    }

    private static ApplicationCommand application(DatagramReader in, SenderHeader header)
            throws MalformedDatagramException {
        in.skip(3, "reserved");
        skipExtensions(in);
        in.openPayload();
        return new ApplicationCommand(header, in.content());
    }

    private static void skipExtensions(DatagramReader in) throws MalformedDatagramException {
        in.openExtension(DatagramReader.NO_EXTENSION);
    }
}

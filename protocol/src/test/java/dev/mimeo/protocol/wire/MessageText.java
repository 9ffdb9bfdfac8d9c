package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Decoded messages in the notation of the captured ones, so that each field is compared by name. */
final class MessageText {
    private final List<String> lines = new ArrayList<>();

    private MessageText() {}

    static List<String> of(ByteBuffer datagram) throws MalformedDatagramException {
        MessageText text = new MessageText();
        MessageType type = MessageCodec.type(datagram).orElseThrow();
        int headerWords = datagram.get(datagram.position() + 1);
        if (type == MessageType.DATA) {
            DataHeader data = new DataHeader().wrap(datagram);
            text.common(type, headerWords, data.sequence(), data.source());
            text.data(data);
        } else {
            Message message = MessageCodec.decode(datagram);
            text.common(type, headerWords, message.sequence(), message.source().value());
            if (message instanceof SenderMessage sender) {
                text.sender(sender);
            } else {
                text.receiver((ReceiverMessage) message);
            }
        }
        return text.lines;
    }

    private void common(MessageType type, int headerWords, int sequence, int source) {
        add("version=1 type=%d hdr_len=%d sequence=%d source_id=%d", type.code(), headerWords, sequence, source);
    }

    private void data(DataHeader data) {
        senderFields(data.instanceId(), data.grtt(), data.backoffFactor(), data.groupSize());
        add(
                "flags=0x%02x fec_id=%d object_transport_id=%d",
                data.flags(), data.encoding().id(), data.object());
        add(payloadId(
                data.encoding().carriesBlockLength(),
                new PayloadId(data.blockNumber(), data.blockLength(), data.symbolId())));
        if (data.hasInformation()) {
            information(data.information());
        }
        add("payload %d bytes", data.payloadLength());
    }

    private void sender(SenderMessage message) {
        SenderHeader header = message.header();
        senderFields(header.instanceId(), header.grtt(), header.backoffFactor(), header.groupSize());
        if (message instanceof Info info) {
            add(
                    "flags=0x%02x fec_id=%d object_transport_id=%d",
                    info.flags(), info.encoding().id(), info.object().value());
            information(info.information());
            add("payload %d bytes", info.content().remaining());
        } else if (message instanceof Flush flush) {
            add("sub_type=1");
            add(position(flush.position()));
            add("acking_node_list %s", nodes(flush.ackingNodes()));
        } else if (message instanceof Squelch squelch) {
            add("sub_type=3");
            add(position(squelch.windowStart()));
            add("invalid_object_list %s", objects(squelch.invalidObjects()));
        } else if (message instanceof CongestionControl cc) {
            congestionControl(cc);
        } else if (message instanceof RepairAdvertisement advertisement) {
            add("sub_type=5");
            add("flags=0x%02x reserved=0", advertisement.flags());
            feedback(advertisement.feedback());
            requests(advertisement.requests());
        } else if (message instanceof ApplicationCommand command) {
            add("sub_type=7");
            add("reserved=000000");
            add("content %s", Bytes.hex(command.content()));
        } else {
            throw new AssertionError(message);
        }
    }

    private void congestionControl(CongestionControl cc) {
        add("sub_type=4");
        add(
                "reserved=0 cc_sequence=%d send_time_sec=%d send_time_usec=%d",
                cc.ccSequence(), cc.sendTimeMicros() / 1_000_000, cc.sendTimeMicros() % 1_000_000);
        cc.sendRate().ifPresent(rate -> add("ext EXT_RATE het=128 reserved=0 send_rate=0x%04x", rate));
        for (CongestionControl.Node node : cc.nodes()) {
            add(
                    "cc_node id=%d cc_flags=0x%02x cc_rtt=%d cc_rate=0x%04x",
                    node.id().value(), node.flags(), node.rtt(), node.rate());
        }
    }

    private void receiver(ReceiverMessage message) {
        ReceiverHeader header = message.header();
        String middle =
                message instanceof Ack ack ? "ack_type=" + ack.ackType() + " ack_id=" + ack.ackId() : "reserved=0";
        add(
                "server_id=%d instance_id=%d %s grtt_response_sec=%d grtt_response_usec=%d",
                header.sender().value(),
                header.instanceId(),
                middle,
                header.grttResponseMicros() / 1_000_000,
                header.grttResponseMicros() % 1_000_000);
        if (message instanceof Nack nack) {
            feedback(nack.feedback());
            requests(nack.requests());
        } else if (message instanceof Ack ack) {
            feedback(ack.feedback());
            if (ack.watermark() != null) {
                add("ack_payload " + item(ack.watermark()));
            }
        } else {
            throw new AssertionError(message);
        }
    }

    private void senderFields(int instanceId, int grtt, int backoffFactor, int groupSize) {
        add("instance_id=%d grtt=%d backoff=%d gsize=%d", instanceId, grtt, backoffFactor, groupSize);
    }

    private void information(TransmissionInformation information) {
        boolean instance = information.encoding().carriesBlockLength();
        add(
                "ext EXT_FTI het=64 hel=%d object_size=%d%s segment_size=%d max_block_len=%d num_parity=%d",
                instance ? 4 : 3,
                information.transferLength(),
                instance ? " fec_instance_id=0" : "",
                information.symbolLength(),
                information.maximumBlockLength(),
                information.parityCount());
    }

    private void feedback(CcFeedback cc) {
        if (cc != null) {
            add(
                    "ext EXT_CC het=3 hel=3 cc_sequence=%d cc_flags=0x%02x cc_rtt=%d cc_loss=0x%04x cc_rate=0x%04x"
                            + " cc_reserved=0x%04x",
                    cc.ccSequence(), cc.flags(), cc.rtt(), cc.loss(), cc.rate(), cc.reserved());
        }
    }

    private void requests(List<RepairRequest> requests) {
        for (RepairRequest request : requests) {
            int itemLength = request.items().get(0).encoding().carriesBlockLength() ? 12 : 8;
            add(
                    "repair_request form=%d flags=0x%02x length=%d",
                    request.form().code(), request.flags(), request.items().size() * itemLength);
            for (Watermark item : request.items()) {
                add("item " + position(item));
            }
        }
    }

    private static String position(Watermark position) {
        return "fec_id=" + position.encoding().id() + " object_transport_id="
                + position.object().value() + " "
                + payloadId(position.encoding().carriesBlockLength(), position.payloadId());
    }

    private static String item(Watermark item) {
        return position(item).replace(" object", " reserved=0 object");
    }

    private static String payloadId(boolean blockLength, PayloadId id) {
        return "source_block_number=" + id.blockNumber() + (blockLength ? " source_block_len=" + id.blockLength() : "")
                + " encoding_symbol_id=" + id.symbolId();
    }

    private static String nodes(List<NodeId> nodes) {
        return nodes.stream().map(node -> Integer.toString(node.value())).collect(Collectors.joining(" "));
    }

    private static String objects(List<ObjectId> objects) {
        return objects.stream().map(ObjectId::toString).collect(Collectors.joining(" "));
    }

    private void add(String format, Object... values) {
        lines.add(String.format(format, values).strip());
    }
}

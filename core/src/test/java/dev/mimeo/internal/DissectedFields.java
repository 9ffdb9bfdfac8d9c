package dev.mimeo.internal;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.wire.Ack;
import dev.mimeo.protocol.wire.AckRequest;
import dev.mimeo.protocol.wire.ApplicationCommand;
import dev.mimeo.protocol.wire.CongestionControl;
import dev.mimeo.protocol.wire.DataHeader;
import dev.mimeo.protocol.wire.EndOfTransmission;
import dev.mimeo.protocol.wire.Flush;
import dev.mimeo.protocol.wire.Info;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.Message;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.MessageType;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.Quantization;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.ReceiverMessage;
import dev.mimeo.protocol.wire.RepairAdvertisement;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.SenderHeader;
import dev.mimeo.protocol.wire.SenderMessage;
import dev.mimeo.protocol.wire.Squelch;
import dev.mimeo.protocol.wire.Watermark;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What Wireshark must find in a datagram of ours, as it calls the fields and writes the values. */
final class DissectedFields {
    /** All fields that are ever looked at. */
    static final List<String> ALL = List.of(
            "norm.version",
            "norm.type",
            "norm.sequence",
            "norm.source_id",
            "norm.instance_id",
            "norm.grtt",
            "norm.backoff",
            "norm.gsize",
            "norm.flags",
            "norm.fec_encoding_id",
            "norm.object_transport_id",
            "norm.flavor",
            "norm.ccsequence",
            "norm.cc_sts",
            "norm.cc_stus",
            "norm.ack.type",
            "norm.ack.grtt_sec",
            "norm.nack.server",
            "norm.nack.grtt_sec",
            "norm.nack.form",
            "norm.nack.flags",
            "rmt-fec.sbn",
            "rmt-fec.sbl",
            "rmt-fec.esi",
            "rmt-fec.fti.transfer_length",
            "rmt-fec.fti.encoding_symbol_length",
            "rmt-fec.fti.max_source_block_length",
            "rmt-fec.fti.max_number_encoding_symbols");

    private static final long MICROS_PER_SECOND = 1_000_000;

    private final Map<String, String> fields = new LinkedHashMap<>();

    private DissectedFields() {}

    /** Returns what must be found. */
    static Map<String, String> of(ByteBuffer datagram) throws MalformedDatagramException {
        DissectedFields fields = new DissectedFields();
        MessageType type = MessageCodec.type(datagram).orElseThrow();
        fields.put("norm.version", 1);
        fields.put("norm.type", type.code());
        if (type == MessageType.DATA) {
            fields.data(new DataHeader().wrap(datagram));
        } else {
            fields.message(MessageCodec.decode(datagram));
        }
        return fields.fields;
    }

    /** Returns, of what was found in a datagram, the fields of {@code expected}, the values written alike. */
    static Map<String, String> likeIn(Map<String, String> expected, Map<String, String> found) {
        Map<String, String> fields = new LinkedHashMap<>(expected);
        fields.replaceAll((field, value) -> found.get(field));
        fields.computeIfPresent("norm.grtt", (field, value) -> seconds(Double.parseDouble(value)));
        return fields;
    }

    /** Returns the kind of a message: its type, and sub-type or acknowledgement type if it has one. */
    static String kind(ByteBuffer datagram) throws MalformedDatagramException {
        if (MessageCodec.type(datagram).orElseThrow() == MessageType.DATA) {
            return "DATA";
        }
        Message message = MessageCodec.decode(datagram);
        String kind = message.getClass().getSimpleName();
        return message instanceof Ack ack ? kind + " " + ack.ackType() : kind;
    }

    private void put(String field, Object value) {
        fields.put(field, value.toString());
    }

    private void data(DataHeader data) {
        header(new SenderHeader(
                data.sequence(),
                new NodeId(data.source()),
                data.instanceId(),
                data.grtt(),
                data.backoffFactor(),
                data.groupSize()));
        put("norm.flags", "0x%02x".formatted(data.flags()));
        put("norm.fec_encoding_id", data.encoding().id());
        put("norm.object_transport_id", "0x%04x".formatted(data.object()));
        if (data.encoding().carriesBlockLength()) {
            put("rmt-fec.sbn", data.blockNumber());
            put("rmt-fec.sbl", data.blockLength());
            put("rmt-fec.esi", "0x%08x".formatted(data.symbolId()));
            information(data.information());
        }
    }

    private void message(Message message) {
        if (message instanceof SenderMessage sender) {
            header(sender.header());
        } else if (message instanceof ReceiverMessage receiver) {
            header(receiver.header());
        }
        if (message instanceof Info info) {
            put("norm.flags", "0x%02x".formatted(info.flags()));
            put("norm.fec_encoding_id", info.encoding().id());
            put("norm.object_transport_id", "0x%04x".formatted(info.object().value()));
            if (info.encoding().carriesBlockLength() && info.information() != null) {
                information(info.information());
            }
        } else if (message instanceof Flush flush) {
            put("norm.flavor", 1);
            position(flush.position());
        } else if (message instanceof EndOfTransmission) {
            put("norm.flavor", 2);
        } else if (message instanceof Squelch squelch) {
            put("norm.flavor", 3);
            position(squelch.windowStart());
        } else if (message instanceof CongestionControl cc) {
            put("norm.flavor", 4);
            put("norm.ccsequence", cc.ccSequence());
            put("norm.cc_sts", cc.sendTimeMicros() / MICROS_PER_SECOND);
            put("norm.cc_stus", cc.sendTimeMicros() % MICROS_PER_SECOND);
        } else if (message instanceof RepairAdvertisement advertisement) {
            put("norm.flavor", 5);
            put("norm.flags", "0x%02x".formatted(advertisement.flags()));
            requests(advertisement.requests());
        } else if (message instanceof AckRequest request) {
            put("norm.flavor", 6);
            put("norm.ack.type", request.ackType());
        } else if (message instanceof ApplicationCommand) {
            put("norm.flavor", 7);
        } else if (message instanceof Nack nack) {
            put("norm.nack.server", address(nack.header().sender()));
            put("norm.nack.grtt_sec", nack.header().grttResponseMicros() / MICROS_PER_SECOND);
            requests(nack.requests());
        } else if (message instanceof Ack ack) {
            put("norm.ack.type", ack.ackType());
            put("norm.ack.grtt_sec", ack.header().grttResponseMicros() / MICROS_PER_SECOND);
        }
    }

    private void header(SenderHeader header) {
        put("norm.sequence", header.sequence());
        put("norm.source_id", address(header.source()));
        put("norm.instance_id", header.instanceId());
        put("norm.grtt", seconds(Quantization.grttNanos(header.grtt()) / 1e9));
        put("norm.backoff", header.backoffFactor());
        put("norm.gsize", Quantization.receivers(header.groupSize()));
    }

    private void header(ReceiverHeader header) {
        put("norm.sequence", header.sequence());
        put("norm.source_id", address(header.source()));
    }

    private void position(Watermark position) {
        put("norm.fec_encoding_id", position.encoding().id());
        put("norm.object_transport_id", "0x%04x".formatted(position.object().value()));
        if (position.encoding() == FecEncoding.SMALL_BLOCK_SYSTEMATIC) {
            put("rmt-fec.sbn", position.payloadId().blockNumber());
            put("rmt-fec.sbl", position.payloadId().blockLength());
            put("rmt-fec.esi", "0x%08x".formatted(position.payloadId().symbolId()));
        }
    }

    /** Of each request, the first item is dissected. */
    private void requests(List<RepairRequest> requests) {
        if (requests.isEmpty()) {
            return;
        }
        put("norm.nack.form", join(requests, request -> request.form().code()));
        put("norm.nack.flags", join(requests, RepairRequest::flags));
        List<Watermark> items =
                requests.stream().map(request -> request.items().get(0)).toList();
        put(
                "norm.object_transport_id",
                join(items, item -> "0x%04x".formatted(item.object().value())));
        if (items.get(0).encoding().carriesBlockLength()) {
            put("rmt-fec.sbn", join(items, item -> item.payloadId().blockNumber()));
            put("rmt-fec.sbl", join(items, item -> item.payloadId().blockLength()));
            put(
                    "rmt-fec.esi",
                    join(items, item -> "0x%08x".formatted(item.payloadId().symbolId())));
        }
    }

    private static <T> String join(List<T> values, Function<T, Object> text) {
        return values.stream().map(value -> text.apply(value).toString()).collect(Collectors.joining(","));
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.7f", seconds);
    }

    private void information(TransmissionInformation information) {
        put("rmt-fec.fti.transfer_length", information.transferLength());
        put("rmt-fec.fti.encoding_symbol_length", information.symbolLength());
        put("rmt-fec.fti.max_source_block_length", information.maximumBlockLength());
        put("rmt-fec.fti.max_number_encoding_symbols", information.parityCount());
    }

    private static String address(NodeId node) {
        int value = node.value();
        return (value >>> 24) + "." + (value >>> 16 & 0xff) + "." + (value >>> 8 & 0xff) + "." + (value & 0xff);
    }
}

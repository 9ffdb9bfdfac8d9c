package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.session.SessionCodec;
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
import dev.mimeo.protocol.wire.ObjectFlags;
import dev.mimeo.protocol.wire.RepairAdvertisement;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.Report;
import dev.mimeo.protocol.wire.Squelch;
import dev.mimeo.protocol.wire.Watermark;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** What a datagram is, in a few words for a trace. Never throws: a trace is read when something is wrong already. */
final class DatagramSummary {
    private static final int BYTES_SHOWN = 16;
    private static final int ITEMS_SHOWN = 24;

    private DatagramSummary() {}

    static String of(Datagram datagram) {
        ByteBuffer bytes = datagram.bytes();
        try {
            if (datagram.type().isEmpty() || MessageCodec.type(bytes).isEmpty()) {
                return raw(bytes, "");
            }
            return datagram.is(MessageType.DATA) ? ofData(bytes) : ofMessage(MessageCodec.decode(bytes));
        } catch (MalformedDatagramException refused) {
            return raw(bytes, " malformed, " + refused.reason() + ": " + refused.getMessage());
        } catch (RuntimeException fault) {
            return raw(bytes, " decoder failed: " + fault);
        }
    }

    private static String ofData(ByteBuffer bytes) throws MalformedDatagramException {
        DataHeader header = new DataHeader().wrap(bytes);
        String kind = header.symbolId() < header.blockLength() || header.blockLength() == 0 ? "symbol " : "parity ";
        return "DATA " + header.sequence() + " object " + header.object() + " block " + header.blockNumber() + " "
                + kind + header.symbolId() + " of " + header.blockLength() + " (" + header.payloadLength() + " bytes)"
                + ((header.flags() & ObjectFlags.REPAIR) != 0 ? " repair" : "");
    }

    private static String ofMessage(Message message) throws MalformedDatagramException {
        if (message instanceof Info info) {
            return "INFO " + info.sequence() + " object " + info.object() + " ("
                    + info.content().remaining() + " bytes)";
        } else if (message instanceof Flush flush) {
            return "FLUSH " + flush.sequence() + " " + place(flush.position()) + " acking " + flush.ackingNodes();
        } else if (message instanceof CongestionControl probe) {
            return "CC " + probe.sequence() + " probe " + probe.ccSequence() + " grtt "
                    + probe.header().grtt();
        } else if (message instanceof ApplicationCommand command) {
            return "APPLICATION " + command.sequence() + " " + content(command);
        } else if (message instanceof Squelch squelch) {
            return "SQUELCH " + squelch.sequence() + " from " + place(squelch.windowStart()) + " without "
                    + squelch.invalidObjects();
        } else if (message instanceof RepairAdvertisement advertisement) {
            return "REPAIR_ADV " + advertisement.sequence() + " " + requests(advertisement.requests());
        } else if (message instanceof Nack nack) {
            return "NACK " + requests(nack.requests());
        } else if (message instanceof Ack ack) {
            return "ACK " + ack.ackType() + (ack.watermark() == null ? "" : " " + place(ack.watermark()));
        } else if (message instanceof Report report) {
            return "REPORT " + content(report);
        } else if (message instanceof EndOfTransmission end) {
            return "EOT " + end.sequence();
        } else if (message instanceof AckRequest request) {
            return "ACK_REQ " + request.sequence() + " " + request.ackingNodes();
        }
        return message.toString();
    }

    private static String content(ApplicationCommand command) throws MalformedDatagramException {
        return SessionCodec.decodeCommand(command.content())
                .map(Object::toString)
                .orElse("of somebody else");
    }

    private static String content(Report report) throws MalformedDatagramException {
        return SessionCodec.decodeReport(report.content()).map(Object::toString).orElse("of somebody else");
    }

    private static String requests(List<RepairRequest> requests) {
        StringBuilder text = new StringBuilder();
        for (RepairRequest request : requests) {
            text.append(text.isEmpty() ? "" : "; ").append(kind(request.flags()));
            List<Watermark> items = request.items();
            Optional<Watermark> before = Optional.empty();
            for (int i = 0; i < items.size() && i < ITEMS_SHOWN; i++) {
                boolean end = request.form() == RepairRequest.Form.RANGES && i % 2 == 1;
                text.append(end ? ".." : " ").append(item(items.get(i), before, request.flags()));
                before = Optional.of(items.get(i));
            }
            text.append(items.size() > ITEMS_SHOWN ? " and " + (items.size() - ITEMS_SHOWN) + " more" : "");
        }
        return text.toString();
    }

    private static String kind(int flags) {
        return ((flags & RepairRequest.OBJECT) != 0 ? "objects" : "")
                + ((flags & RepairRequest.BLOCK) != 0 ? "blocks" : "")
                + ((flags & RepairRequest.SEGMENT) != 0 ? "symbols" : "")
                + ((flags & RepairRequest.INFO) != 0 ? " with info" : "");
    }

    /** Object : block : symbol, as far as the flags make them matter, without what is the same as before. */
    private static String item(Watermark item, Optional<Watermark> before, int flags) {
        boolean sameObject = before.map(b -> b.object().equals(item.object())).orElse(false);
        boolean sameBlock = sameObject
                && before.get().payloadId().blockNumber() == item.payloadId().blockNumber();
        String block = String.valueOf(item.payloadId().blockNumber());
        if ((flags & RepairRequest.SEGMENT) != 0) {
            String symbol = String.valueOf(item.payloadId().symbolId());
            return sameBlock ? symbol : (sameObject ? "" : item.object() + ":") + block + ":" + symbol;
        }
        return (flags & RepairRequest.BLOCK) != 0
                ? (sameObject ? "" : item.object() + ":") + block
                : item.object().toString();
    }

    private static String place(Watermark position) {
        return position.object() + ":" + position.payloadId().blockNumber() + ":"
                + position.payloadId().symbolId();
    }

    private static String raw(ByteBuffer bytes, String remark) {
        byte[] shown = new byte[Math.min(BYTES_SHOWN, bytes.limit())];
        bytes.get(0, shown);
        return bytes.limit() + " bytes " + HexFormat.of().formatHex(shown) + (shown.length < bytes.limit() ? "…" : "")
                + remark;
    }
}

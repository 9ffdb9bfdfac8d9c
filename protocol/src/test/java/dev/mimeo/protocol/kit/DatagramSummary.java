package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.wire.DataHeader;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.Message;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.MessageType;
import dev.mimeo.protocol.wire.ObjectFlags;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** What a datagram is, in a few words for a trace. Never throws: a trace is read when something is wrong already. */
final class DatagramSummary {
    private static final int SHOWN_BYTES = 16;

    private DatagramSummary() {}

    static String of(Datagram datagram) {
        ByteBuffer bytes = datagram.bytes();
        try {
            if (datagram.type().isEmpty() || MessageCodec.type(bytes).isEmpty()) {
                return raw(bytes, "");
            }
            return datagram.is(MessageType.DATA) ? ofData(bytes) : ofMessage(bytes);
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

    private static String ofMessage(ByteBuffer bytes) throws MalformedDatagramException {
        Message message = MessageCodec.decode(bytes);
        return message.toString();
    }

    private static String raw(ByteBuffer bytes, String remark) {
        byte[] shown = new byte[Math.min(SHOWN_BYTES, bytes.limit())];
        bytes.get(0, shown);
        return bytes.limit() + " bytes " + HexFormat.of().formatHex(shown) + (shown.length < bytes.limit() ? "…" : "")
                + remark;
    }
}

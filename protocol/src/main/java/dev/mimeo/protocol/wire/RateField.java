package dev.mimeo.protocol.wire;

import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * EXT_RATE: the header extension of NORM_CMD(CC) with the sender's rate (RFC 5740, section 4.2.3.4).
 *
 * <pre>
 * +-------+------+------+------+
 * |het=128| resv.|  send_rate  |
 * +-------+------+------+------+
 * </pre>
 */
final class RateField {
    private static final int TYPE = 128;

    private RateField() {}

    /** Finds and reads the extension among those of a header. */
    static OptionalInt read(DatagramReader in) throws MalformedDatagramException {
        return in.openExtension(TYPE) == 0 ? OptionalInt.empty() : OptionalInt.of(in.unsignedShort("send_rate"));
    }

    static int length(OptionalInt rate) {
        return rate.isEmpty() ? 0 : Integer.BYTES;
    }

    static void put(ByteBuffer out, OptionalInt rate) {
        if (rate.isEmpty()) {
            return;
        }
        out.put((byte) TYPE);
        out.put((byte) 0);
        Fields.put16(out, rate.getAsInt(), "send_rate");
    }
}

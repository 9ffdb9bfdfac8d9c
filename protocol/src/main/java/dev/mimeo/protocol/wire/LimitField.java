package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;

/**
 * EXT_LIMIT: a header extension of our own, which other implementations skip.
 *
 * <pre>
 * +------+------+------+------+
 * |het=72|hel=1 | limit| resv.|
 * +------+------+------+------+
 * </pre>
 *
 * <p>In NORM_CMD(CC) it says that the rate adapts, and asks for such answers. Behind EXT_CC it says that cc_rate is not what
 * TCP would do but what the receiver can take, and what limits that ({@link RateLimit}); cc_loss then is the ratio of
 * datagrams that were lost between the last two probes, and START is set without a limit.
 */
final class LimitField {
    private static final int TYPE = 72;

    private LimitField() {}

    /** Finds and reads the extension among those of a header; null if there is none. */
    static RateLimit read(DatagramReader in) throws MalformedDatagramException {
        if (in.openExtension(TYPE) == 0) {
            return null;
        }
        int code = in.unsignedByte("limit");
        return RateLimit.of(code).orElseThrow(() -> in.refuse(Reason.VALUE, "limit " + code + " is not known"));
    }

    static int length(RateLimit limit) {
        return limit == null ? 0 : Integer.BYTES;
    }

    static void put(ByteBuffer out, RateLimit limit) {
        if (limit == null) {
            return;
        }
        out.put((byte) TYPE);
        out.put((byte) 1);
        out.put((byte) limit.code());
        Fields.putZeros(out, 1);
    }
}

package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;

/**
 * EXT_CC: the header extension with a receiver's congestion feedback (RFC 5740, section 4.2.3.5), and EXT_LIMIT behind it.
 *
 * <pre>
 * +------+------+------+------+
 * |het=3 |hel=3 | cc_sequence |
 * +------+------+------+------+
 * | flags| rtt  |   cc_loss   |
 * +------+------+------+------+
 * |   cc_rate   | cc_reserved |
 * +------+------+------+------+
 * </pre>
 *
 * <p>Deviation: cc_reserved is kept, since the reference implementation has the low half of its loss fraction there; in
 * NORM_CMD(REPAIR_ADV) it leaves cc_sequence, cc_loss and cc_reserved unset, so that they may hold anything.
 */
final class FeedbackField {
    private static final int TYPE = 3;
    private static final int LENGTH = 3 * Integer.BYTES;

    private FeedbackField() {}

    /** Finds and reads the extension among those of a header; null if there is none. */
    static CcFeedback read(DatagramReader in) throws MalformedDatagramException {
        int length = in.openExtension(TYPE);
        if (length == 0) {
            return null;
        }
        if (length != LENGTH) {
            throw in.refuse(Reason.EXTENSION, "EXT_CC has " + length + " bytes");
        }
        int ccSequence = in.unsignedShort("cc_sequence");
        int flags = in.unsignedByte("cc_flags");
        int rtt = in.unsignedByte("cc_rtt");
        int loss = in.unsignedShort("cc_loss");
        int rate = in.unsignedShort("cc_rate");
        int reserved = in.unsignedShort("cc_reserved");
        return new CcFeedback(ccSequence, flags, rtt, loss, rate, reserved, LimitField.read(in));
    }

    static int length(CcFeedback feedback) {
        return feedback == null ? 0 : LENGTH + LimitField.length(feedback.limit());
    }

    static void put(ByteBuffer out, CcFeedback feedback) {
        if (feedback == null) {
            return;
        }
        out.put((byte) TYPE);
        out.put((byte) (LENGTH / Integer.BYTES));
        Fields.put16(out, feedback.ccSequence(), "cc_sequence");
        Fields.put8(out, feedback.flags(), "cc_flags");
        Fields.put8(out, feedback.rtt(), "cc_rtt");
        Fields.put16(out, feedback.loss(), "cc_loss");
        Fields.put16(out, feedback.rate(), "cc_rate");
        Fields.put16(out, feedback.reserved(), "cc_reserved");
        LimitField.put(out, feedback.limit());
    }
}

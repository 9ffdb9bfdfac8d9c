package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.ObjectId;
import java.util.List;

/**
 * NORM_CMD(SQUELCH): repair is available from {@code windowStart} on only (RFC 5740, section 4.2.3.3).
 *
 * <pre>
 * +------+------+------+------+
 * |    sender header (12)     |
 * +------+------+------+------+
 * |  3   |fec_id|  object_id  |
 * +------+------+------+------+
 * |   fec_payload_id (4 or 8) |
 * +------+------+------+------+
 * |  invalid_object_list ...  |   object ids, 16 bits each
 * +------+------+------+------+
 * </pre>
 *
 * <p>The RFC wants invalid objects behind {@code windowStart}; decoding takes them as they come, a receiver treats them as a
 * set.
 *
 * @param invalidObjects objects within the window that are gone as well, ascending
 */
public record Squelch(SenderHeader header, Watermark windowStart, List<ObjectId> invalidObjects)
        implements SenderMessage {
    /** Copies the list. */
    public Squelch {
        invalidObjects = List.copyOf(invalidObjects);
    }
}

package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.ObjectId;
import java.util.List;

/**
 * NORM_CMD(SQUELCH): repair is available from {@code windowStart} on only (RFC 5740, section 4.2.3.3).
 *
 * @param invalidObjects objects within the window that are gone as well, ascending
 */
public record Squelch(SenderHeader header, Watermark windowStart, List<ObjectId> invalidObjects)
        implements SenderMessage {}

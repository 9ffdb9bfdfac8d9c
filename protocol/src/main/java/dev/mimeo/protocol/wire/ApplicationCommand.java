package dev.mimeo.protocol.wire;

import java.nio.ByteBuffer;

/**
 * NORM_CMD(APPLICATION): content that NORM does not look into (RFC 5740, section 4.2.3.7).
 *
 * <pre>
 * +------+------+------+------+
 * |    sender header (12)     |
 * +------+------+------+------+
 * |  7   |      reserved      |
 * +------+------+------+------+
 * |  content ...
 * </pre>
 *
 * @param content read only, at most one segment
 */
public record ApplicationCommand(SenderHeader header, ByteBuffer content) implements SenderMessage {
    /** Keeps what is between position and limit, as a read-only view of the same memory. */
    public ApplicationCommand {
        content = content.slice().asReadOnlyBuffer();
    }

    /** Returns a view of the content with a position of its own. */
    @Override
    public ByteBuffer content() {
        return content.asReadOnlyBuffer();
    }
}

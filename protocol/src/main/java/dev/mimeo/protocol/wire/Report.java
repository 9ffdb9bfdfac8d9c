package dev.mimeo.protocol.wire;

import java.nio.ByteBuffer;

/**
 * NORM_REPORT, whose format RFC 5740 (section 4.4.1) leaves open: ours has the header of the other receiver messages and
 * content that NORM does not look into.
 *
 * @param content read only, at most one segment
 */
public record Report(ReceiverHeader header, ByteBuffer content) implements ReceiverMessage {
    /** Keeps what is between position and limit, as a read-only view of the same memory. */
    public Report {
        content = content.slice().asReadOnlyBuffer();
    }

    /** Returns a view of the content with a position of its own. */
    @Override
    public ByteBuffer content() {
        return content.asReadOnlyBuffer();
    }
}

package dev.mimeo.protocol.wire;

import java.nio.ByteBuffer;

/**
 * NORM_REPORT, whose format RFC 5740 (section 4.4.1) leaves open: ours has the header of the other receiver messages and
 * content that NORM does not look into.
 *
 * @param content read only, at most one segment
 */
public record Report(ReceiverHeader header, ByteBuffer content) implements ReceiverMessage {}

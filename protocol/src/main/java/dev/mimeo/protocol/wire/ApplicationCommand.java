package dev.mimeo.protocol.wire;

import java.nio.ByteBuffer;

/**
 * NORM_CMD(APPLICATION): content that NORM does not look into (RFC 5740, section 4.2.3.7).
 *
 * @param content read only, at most one segment
 */
public record ApplicationCommand(SenderHeader header, ByteBuffer content) implements SenderMessage {}

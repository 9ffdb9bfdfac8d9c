package dev.mimeo.protocol.wire;

/**
 * NORM_CMD(EOT): the sender leaves for good and answers no more (RFC 5740, section 4.2.3.2).
 *
 * <pre>
 * +------+------+------+------+
 * |    sender header (12)     |
 * +------+------+------+------+
 * |  2   |      reserved      |
 * +------+------+------+------+
 * </pre>
 */
public record EndOfTransmission(SenderHeader header) implements SenderMessage {}

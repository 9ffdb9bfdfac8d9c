package dev.mimeo.protocol.wire;

/**
 * NORM_ACK (RFC 5740, section 4.3.2).
 *
 * <p>Deviations: the reference implementation acknowledges FEC Encoding ID 129 with a block length that is not the block's:
 * compare block number and symbol id only. The payload of an application's acknowledgement is not kept.
 *
 * @param ackType {@link #CC}, {@link #FLUSH} or an application's 16 to 255
 * @param ackId 0 for CC and FLUSH
 * @param feedback EXT_CC, or null if the message carries none
 * @param watermark the position that is acknowledged with {@link #FLUSH}; otherwise null
 */
public record Ack(ReceiverHeader header, int ackType, int ackId, CcFeedback feedback, Watermark watermark)
        implements ReceiverMessage {
    /** NORM_ACK(CC): answers a NORM_CMD(CC). */
    public static final int CC = 1;
    /** NORM_ACK(FLUSH): everything up to a watermark is here. */
    public static final int FLUSH = 2;
}

package dev.mimeo.protocol.wire;

/**
 * EXT_CC: a receiver's congestion feedback (RFC 5740, section 4.3.1.1 and section 5.5.2).
 *
 * @param ccSequence of the NORM_CMD(CC) that this answers
 * @param flags the bits below
 * @param rtt quantised round trip time to the sender as the receiver knows it
 * @param loss quantised loss event fraction, 16 bits
 * @param rate quantised rate, 16 bits
 * @param reserved 16 bits; the reference implementation keeps the low half of a 32-bit loss fraction there
 * @param limit EXT_LIMIT, which gives rate and loss another meaning; null if the message carries none
 */
public record CcFeedback(int ccSequence, int flags, int rtt, int loss, int rate, int reserved, RateLimit limit) {
    /** Current limiting receiver. */
    public static final int CLR = 0x01;
    /** Potential limiting receiver. */
    public static final int PLR = 0x02;
    /** The rtt field is valid. */
    public static final int RTT = 0x04;
    /** Slow start: no loss so far. */
    public static final int START = 0x08;
    /** The receiver is leaving. */
    public static final int LEAVE = 0x10;

    /** Makes EXT_CC as the RFC has it. */
    public CcFeedback(int ccSequence, int flags, int rtt, int loss, int rate, int reserved) {
        this(ccSequence, flags, rtt, loss, rate, reserved, null);
    }
}

package dev.mimeo.protocol.wire;

/** The type of a NORM message: low four bits of the first byte (RFC 5740, section 4.1). */
public enum MessageType {
    /** NORM_INFO. */
    INFO(1),
    /** NORM_DATA. */
    DATA(2),
    /** NORM_CMD. */
    CMD(3),
    /** NORM_NACK. */
    NACK(4),
    /** NORM_ACK. */
    ACK(5),
    /** NORM_REPORT. */
    REPORT(6);

    private final int code;

    MessageType(int code) {
        this.code = code;
    }

    /** Returns the four bits: 1 to 6. */
    public int code() {
        return code;
    }
}

package dev.mimeo.protocol;

/**
 * An FEC scheme as it is named on the wire: the FEC Encoding ID, and how a FEC Payload ID of it is laid out.
 *
 * <p>All schemes here carry the same Reed-Solomon code, {@link #REED_SOLOMON_16} over GF(2^16), the others over GF(2^8).
 */
public enum FecEncoding {
    /** FEC Encoding ID 129, instance 0 (RFC 5445, section 6): block number 32, block length 16, symbol id 16 bits. */
    SMALL_BLOCK_SYSTEMATIC(129, 8, 0xffff_ffffL, 0xffff),
    /** FEC Encoding ID 5 (RFC 5510, section 5): block number 24, symbol id 8 bits. */
    REED_SOLOMON_8(5, 4, 0xff_ffffL, 0xff),
    /** FEC Encoding ID 2 with m = 8 (RFC 5510, section 4): block number 24, symbol id 8 bits. */
    REED_SOLOMON_M_8(2, 4, 0xff_ffffL, 0xff),
    /** FEC Encoding ID 2 with m = 16: block number 16, symbol id 16 bits. Received only. */
    REED_SOLOMON_16(2, 4, 0xffffL, 0xffff);

    private final int id;
    private final int payloadIdLength;
    private final long largestBlockNumber;
    private final int largestSymbolId;

    FecEncoding(int id, int payloadIdLength, long largestBlockNumber, int largestSymbolId) {
        this.id = id;
        this.payloadIdLength = payloadIdLength;
        this.largestBlockNumber = largestBlockNumber;
        this.largestSymbolId = largestSymbolId;
    }

    /** Returns the FEC Encoding ID: 129, 5 or 2. */
    public int id() {
        return id;
    }

    /** Returns the length of a FEC Payload ID in bytes: 4 or 8. */
    public int payloadIdLength() {
        return payloadIdLength;
    }

    /** Returns the largest source block number that the payload id can name. */
    public long largestBlockNumber() {
        return largestBlockNumber;
    }

    /** Returns the largest encoding symbol id that the payload id can name. */
    public int largestSymbolId() {
        return largestSymbolId;
    }

    /** Returns whether the payload id carries the length of the source block. */
    public boolean carriesBlockLength() {
        return this == SMALL_BLOCK_SYSTEMATIC;
    }
}

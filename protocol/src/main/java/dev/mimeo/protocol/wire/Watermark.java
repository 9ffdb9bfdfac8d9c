package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.BlockPartition;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.ObjectId;

/** A position in a sender's stream of objects: what FLUSH asks about and ACK(FLUSH) echoes, and an item of a request. */
public record Watermark(FecEncoding encoding, ObjectId object, PayloadId payloadId) {
    /** Returns the position of a symbol of an object that is coded and cut as the arguments say. */
    public static Watermark of(
            FecEncoding encoding, ObjectId object, BlockPartition partition, long blockNumber, int symbolId) {
        int blockLength = encoding.carriesBlockLength() ? partition.blockLength(blockNumber) : 0;
        return new Watermark(encoding, object, new PayloadId(blockNumber, blockLength, symbolId));
    }

    /**
     * Returns the end of an empty object, which has no symbol to name: the largest number in each field, as the reference
     * implementation has it.
     */
    public static Watermark ofEmpty(FecEncoding encoding, ObjectId object) {
        int blockLength = encoding.carriesBlockLength() ? 0xffff : 0;
        return new Watermark(
                encoding,
                object,
                new PayloadId(encoding.largestBlockNumber(), blockLength, encoding.largestSymbolId()));
    }

    /**
     * Reads the same bytes in the layout of another scheme with the same FEC Encoding ID. Commands and receiver messages do
     * not tell the field size of FEC Encoding ID 2 and are decoded as {@link FecEncoding#REED_SOLOMON_16}; whoever knows
     * that the object is of {@link FecEncoding#REED_SOLOMON_M_8} applies this.
     *
     * @throws IllegalArgumentException if the FEC Encoding IDs differ
     */
    public Watermark as(FecEncoding other) {
        if (other == encoding) {
            return this;
        }
        if (other.id() != encoding.id()) {
            throw new IllegalArgumentException(encoding + " is not laid out as " + other);
        }
        int symbolIdBits = encoding == FecEncoding.REED_SOLOMON_16 ? 16 : 8;
        long word = payloadId.blockNumber() << symbolIdBits | payloadId.symbolId();
        int otherBits = other == FecEncoding.REED_SOLOMON_16 ? 16 : 8;
        int symbolId = (int) word & other.largestSymbolId();
        return new Watermark(other, object, new PayloadId(word >>> otherBits, 0, symbolId));
    }
}

package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;

/**
 * FEC Payload IDs, whose layout follows from the FEC Encoding ID.
 *
 * <pre>
 *  129 (RFC 5445, section 6.1)       5 and 2 with m = 8               2 with m = 16 (RFC 5510, section 4.1)
 * +------+------+------+------+     +------+------+------+------+    +------+------+------+------+
 * |    source_block_number    |     | source_block_number|  esi |    | source_block |    esi      |
 * +------+------+------+------+     +------+------+------+------+    +------+------+------+------+
 * | source_blk_len|    esi    |
 * +------+------+------+------+
 * </pre>
 *
 * <p>The field size m of FEC Encoding ID 2 is in EXT_FTI only, which commands and receiver messages do not have: there it
 * is taken to be 16. Whoever knows better applies {@link Watermark#as}.
 */
final class PayloadIdCodec {
    private PayloadIdCodec() {}

    /** Reads a FEC Encoding ID; 2 is taken to be {@link FecEncoding#REED_SOLOMON_16}. */
    static FecEncoding encoding(DatagramReader in) throws MalformedDatagramException {
        int id = in.unsignedByte("fec_id");
        return switch (id) {
            case 129 -> FecEncoding.SMALL_BLOCK_SYSTEMATIC;
            case 5 -> FecEncoding.REED_SOLOMON_8;
            case 2 -> FecEncoding.REED_SOLOMON_16;
            default -> throw in.refuse(Reason.FEC_ENCODING, "FEC Encoding ID " + id + " is not known");
        };
    }

    /** Reads object_transport_id and fec_payload_id. */
    static Watermark position(DatagramReader in, FecEncoding encoding) throws MalformedDatagramException {
        ObjectId object = new ObjectId(in.unsignedShort("object_transport_id"));
        return new Watermark(encoding, object, payloadId(in, encoding));
    }

    /** Reads fec_id, a reserved byte, object_transport_id and fec_payload_id: a repair request item. */
    static Watermark item(DatagramReader in) throws MalformedDatagramException {
        FecEncoding encoding = encoding(in);
        in.skip(Byte.BYTES, "reserved");
        return position(in, encoding);
    }

    static int itemLength(Watermark item) {
        return Integer.BYTES + item.encoding().payloadIdLength();
    }

    static void putItem(ByteBuffer out, Watermark item) {
        out.put((byte) item.encoding().id());
        out.put((byte) 0);
        putPosition(out, item);
    }

    static void putPosition(ByteBuffer out, Watermark position) {
        Fields.put16(out, position.object().value(), "object_transport_id");
        FecEncoding encoding = position.encoding();
        PayloadId id = position.payloadId();
        Fields.require(
                id.blockNumber() >= 0 && id.blockNumber() <= encoding.largestBlockNumber(),
                "source_block_number",
                id.blockNumber());
        Fields.require(
                id.symbolId() >= 0 && id.symbolId() <= encoding.largestSymbolId(), "encoding_symbol_id", id.symbolId());
        switch (encoding) {
            case SMALL_BLOCK_SYSTEMATIC -> {
                out.putInt((int) id.blockNumber());
                Fields.put16(out, id.blockLength(), "source_block_len");
                out.putShort((short) id.symbolId());
            }
            case REED_SOLOMON_8, REED_SOLOMON_M_8 -> out.putInt((int) id.blockNumber() << 8 | id.symbolId());
            case REED_SOLOMON_16 -> out.putInt((int) id.blockNumber() << 16 | id.symbolId());
        }
    }

    private static PayloadId payloadId(DatagramReader in, FecEncoding encoding) throws MalformedDatagramException {
        int word = in.word("fec_payload_id");
        return switch (encoding) {
            case SMALL_BLOCK_SYSTEMATIC ->
                new PayloadId(
                        Integer.toUnsignedLong(word),
                        in.unsignedShort("source_block_len"),
                        in.unsignedShort("encoding_symbol_id"));
            case REED_SOLOMON_8, REED_SOLOMON_M_8 -> new PayloadId(word >>> 8, 0, word & 0xff);
            case REED_SOLOMON_16 -> new PayloadId(word >>> 16, 0, word & 0xffff);
        };
    }
}

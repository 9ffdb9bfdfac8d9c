package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import java.nio.ByteBuffer;

/**
 * Writes the headers of one object's NORM_DATA messages (RFC 5740, section 4.2.1; {@link DataHeader} draws them). What is
 * the same in all of them is laid out once; each packet copies it and patches the rest. Nothing is allocated per packet.
 *
 * <p>Every header has EXT_FTI, so that receivers can start at any packet: {@link #length} is 40 bytes with FEC Encoding ID
 * 129, 32 with 5, 36 with 2.
 */
public final class DataEncoder {
    private static final int SEQUENCE = 2;
    private static final int GRTT = 10;
    private static final int BACKOFF_AND_GROUP_SIZE = GRTT + Byte.BYTES;
    private static final int FLAGS = BACKOFF_AND_GROUP_SIZE + Byte.BYTES;
    private static final int PAYLOAD_ID = FLAGS + Integer.BYTES;
    private static final int BLOCK_LENGTH = PAYLOAD_ID + Integer.BYTES;
    private static final int SYMBOL_ID = BLOCK_LENGTH + Short.BYTES;

    private final byte[] template;
    private final FecEncoding encoding;
    private final int flags;

    /**
     * Lays out the template.
     *
     * @param source the sender
     * @param instanceId 0 to 65,535
     * @param flags bits of {@link ObjectFlags} that all messages of the object have; {@code REPAIR} is set per message,
     *     {@code STREAM} never
     * @throws IllegalArgumentException if a value does not fit
     */
    public DataEncoder(NodeId source, int instanceId, ObjectId object, int flags, TransmissionInformation information) {
        this.encoding = information.encoding();
        this.flags = flags & ~ObjectFlags.REPAIR;
        int informationPosition = PAYLOAD_ID + encoding.payloadIdLength();
        this.template = new byte[informationPosition + TransmissionInformationField.length(encoding)];
        ByteBuffer out = ByteBuffer.wrap(template);
        SenderHeader header = new SenderHeader(0, source, instanceId, 0, 0, 0);
        SenderHeaderCodec.encode(MessageType.DATA, template.length, header, out);
        Fields.require((flags & ObjectFlags.STREAM) == 0, "stream flag", flags);
        Fields.put8(out, flags, "flags");
        out.put((byte) encoding.id());
        Fields.put16(out, object.value(), "object_transport_id");
        out.position(informationPosition);
        TransmissionInformationField.put(out, information);
    }

    /** Returns the length of each header in bytes. */
    public int length() {
        return template.length;
    }

    /**
     * Writes a header at the buffer's position, which moves behind it; the symbol's bytes are to follow. Values that do not
     * fit are the caller's fault and looked for with assertions only.
     *
     * @param sequence 0 to 65,535
     * @param grtt quantised, 0 to 255
     * @param backoffFactor K, 0 to 15
     * @param groupSize quantised, 0 to 15
     * @param repair whether this answers a repair request: sets NORM_FLAG_REPAIR
     * @param blockLength the number of source symbols of the block; not written where the FEC scheme does not carry it
     */
    public void encode(
            ByteBuffer out,
            int sequence,
            int grtt,
            int backoffFactor,
            int groupSize,
            boolean repair,
            long blockNumber,
            int blockLength,
            int symbolId) {
        assert sequence >>> 16 == 0 : sequence;
        assert grtt >>> 8 == 0 : grtt;
        assert backoffFactor >>> 4 == 0 && groupSize >>> 4 == 0 : backoffFactor + ", " + groupSize;
        assert blockNumber >= 0 && blockNumber <= encoding.largestBlockNumber() : blockNumber;
        assert symbolId >= 0 && symbolId <= encoding.largestSymbolId() : symbolId;
        int start = out.position();
        out.put(template);
        out.putShort(start + SEQUENCE, (short) sequence);
        out.put(start + GRTT, (byte) grtt);
        out.put(start + BACKOFF_AND_GROUP_SIZE, (byte) (backoffFactor << 4 | groupSize));
        out.put(start + FLAGS, (byte) (repair ? flags | ObjectFlags.REPAIR : flags));
        switch (encoding) {
            case SMALL_BLOCK_SYSTEMATIC -> {
                assert blockLength > 0 && blockLength <= 0xffff : blockLength;
                out.putInt(start + PAYLOAD_ID, (int) blockNumber);
                out.putShort(start + BLOCK_LENGTH, (short) blockLength);
                out.putShort(start + SYMBOL_ID, (short) symbolId);
            }
            case REED_SOLOMON_8, REED_SOLOMON_M_8 -> out.putInt(start + PAYLOAD_ID, (int) blockNumber << 8 | symbolId);
            case REED_SOLOMON_16 -> out.putInt(start + PAYLOAD_ID, (int) blockNumber << 16 | symbolId);
        }
    }
}

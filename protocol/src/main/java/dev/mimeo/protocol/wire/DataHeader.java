package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;

/**
 * View of a NORM_DATA message (RFC 5740, section 4.2.1): one symbol of an object. One view per machine, laid over every
 * datagram in turn; nothing but {@link #information} allocates.
 *
 * <pre>
 *  0      1      2      3
 * +------+------+------+------+
 * |ver|ty| hdr  |  sequence   |
 * +------+------+------+------+
 * |         source_id         |
 * +------+------+------+------+
 * | instance_id | grtt |bo|gs |
 * +------+------+------+------+
 * | flags|fec_id|  object_id  |
 * +------+------+------+------+
 * |   fec_payload_id (4 or 8) |
 * +------+------+------+------+
 * |   EXT_FTI, if any, ...    |
 * +------+------+------+------+
 * |  payload ...
 * </pre>
 *
 * <p>{@link #wrap} checks once; the accessors never fail afterwards, and answer for that datagram until the next
 * {@code wrap} succeeds or {@link #clear} is called. After a {@code wrap} that threw they mean nothing.
 *
 * <p>With EXT_FTI, the block number, block length, symbol id and payload length have been held against it. Without it, and
 * against what a machine knows of the object, they have not: {@code TransmissionInformation} of the machine decides.
 *
 * <p>Deviations: streams are refused. Flag 0x40 of the reference implementation is let through. Parity shorter than a
 * symbol is let through, since that implementation sends it for objects smaller than one segment.
 */
public final class DataHeader {
    private final DatagramReader reader = new DatagramReader();
    private final TransmissionInformationField field = new TransmissionInformationField();

    private int sequence;
    private int source;
    private int instanceId;
    private int grtt;
    private int backoffAndGroupSize;
    private int flags;
    private FecEncoding encoding;
    private int object;
    private long blockNumber;
    private int blockLength;
    private int symbolId;
    private boolean hasInformation;
    private int payloadPosition;
    private int payloadLength;

    /**
     * Checks the datagram between the buffer's position and limit, which stay where they are, and looks at it from now on.
     * Keeps no reference to the buffer after {@link #clear}.
     *
     * @return this view
     */
    public DataHeader wrap(ByteBuffer datagram) throws MalformedDatagramException {
        DatagramReader in = reader.wrap(datagram);
        int code = in.openHeader();
        if (code != MessageType.DATA.code()) {
            throw in.refuse(Reason.TYPE, "message type " + code + " is not NORM_DATA");
        }
        sequence = in.unsignedShort("sequence");
        source = in.participant("source_id");
        instanceId = in.unsignedShort("instance_id");
        grtt = in.unsignedByte("grtt");
        backoffAndGroupSize = in.unsignedByte("backoff");
        flags = InfoCodec.objectFlags(in);
        FecEncoding named = PayloadIdCodec.encoding(in);
        object = in.unsignedShort("object_transport_id");
        int payloadId = in.word("fec_payload_id");
        int lengthAndSymbol = named.carriesBlockLength() ? in.word("fec_payload_id") : 0;
        hasInformation = field.read(in, named);
        encoding = hasInformation ? field.encoding() : named;
        split(payloadId, lengthAndSymbol);
        in.openPayload();
        payloadPosition = in.position();
        payloadLength = in.remaining();
        check(in);
        return this;
    }

    /** Lets go of the datagram. */
    public void clear() {
        reader.clear();
    }

    /** Returns the sequence field, 0 to 65,535: for loss estimation only. */
    public int sequence() {
        return sequence;
    }

    /** Returns the 32 bits of the sender's id, which names a participant. */
    public int source() {
        return source;
    }

    /** Returns which participation of the sender this is, 0 to 65,535. */
    public int instanceId() {
        return instanceId;
    }

    /** Returns the quantised group round trip time, 0 to 255: see {@link Quantization#grttNanos}. */
    public int grtt() {
        return grtt;
    }

    /** Returns K, 0 to 15. */
    public int backoffFactor() {
        return backoffAndGroupSize >>> 4;
    }

    /** Returns the quantised group size, 0 to 15: see {@link Quantization#receivers}. */
    public int groupSize() {
        return backoffAndGroupSize & 0x0f;
    }

    /** Returns the bits of {@link ObjectFlags}. */
    public int flags() {
        return flags;
    }

    /**
     * Returns the FEC scheme. FEC Encoding ID 2 without EXT_FTI does not tell its field size and is taken to be
     * {@link FecEncoding#REED_SOLOMON_16}.
     */
    public FecEncoding encoding() {
        return encoding;
    }

    /** Returns the object_transport_id, 0 to 65,535. */
    public int object() {
        return object;
    }

    /** Returns the source block number. */
    public long blockNumber() {
        return blockNumber;
    }

    /** Returns the number of source symbols of the block, at least 1, or 0 where the FEC scheme does not carry it. */
    public int blockLength() {
        return blockLength;
    }

    /** Returns the encoding symbol id. */
    public int symbolId() {
        return symbolId;
    }

    /** Returns whether the message has EXT_FTI. */
    public boolean hasInformation() {
        return hasInformation;
    }

    /** Returns what EXT_FTI says, in a new value, or null if the message has none. */
    public TransmissionInformation information() {
        return hasInformation ? field.information() : null;
    }

    /** Returns whether the message has EXT_FTI and it says the same as {@code known}, without allocating. */
    public boolean informationEquals(TransmissionInformation known) {
        return hasInformation && field.matches(known);
    }

    /** Returns where the symbol's bytes start: an absolute index into the datagram's buffer. */
    public int payloadPosition() {
        return payloadPosition;
    }

    /** Returns how many bytes of the symbol the message has: at least 1; with EXT_FTI at most its symbol length. */
    public int payloadLength() {
        return payloadLength;
    }

    /** The layouts of {@link PayloadIdCodec}, without allocation. */
    private void split(int payloadId, int lengthAndSymbol) {
        switch (encoding) {
            case SMALL_BLOCK_SYSTEMATIC -> {
                blockNumber = Integer.toUnsignedLong(payloadId);
                blockLength = lengthAndSymbol >>> 16;
                symbolId = lengthAndSymbol & 0xffff;
            }
            case REED_SOLOMON_8, REED_SOLOMON_M_8 -> {
                blockNumber = payloadId >>> 8;
                blockLength = 0;
                symbolId = payloadId & 0xff;
            }
            case REED_SOLOMON_16 -> {
                blockNumber = payloadId >>> 16;
                blockLength = 0;
                symbolId = payloadId & 0xffff;
            }
        }
    }

    private void check(DatagramReader in) throws MalformedDatagramException {
        if (payloadLength == 0) {
            throw in.refuse(Reason.TRUNCATED, "NORM_DATA without a payload");
        }
        if (encoding.carriesBlockLength() && blockLength == 0) {
            throw in.refuse(Reason.VALUE, "a symbol of an empty block");
        }
        if (!hasInformation) {
            return;
        }
        if (payloadLength > field.symbolLength()) {
            throw in.refuse(
                    Reason.LENGTH,
                    "a payload of " + payloadLength + " bytes exceeds a symbol of " + field.symbolLength());
        }
        if (blockNumber >= field.blockCount()) {
            throw in.refuse(
                    Reason.VALUE, "block " + blockNumber + " of an object of " + field.blockCount() + " blocks");
        }
        if (blockLength > field.maximumBlockLength()) {
            throw in.refuse(
                    Reason.VALUE,
                    "a block of " + blockLength + " symbols exceeds the maximum of " + field.maximumBlockLength());
        }
        int longest = encoding.carriesBlockLength() ? blockLength : field.maximumBlockLength();
        if (symbolId >= longest + field.parityCount()) {
            throw in.refuse(
                    Reason.VALUE,
                    "symbol " + symbolId + " of " + longest + " source and " + field.parityCount() + " parity symbols");
        }
    }
}

package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a datagram from front to back and never past its end: the only code here that touches bytes of a peer.
 *
 * <p>It looks at the bytes between the buffer's position and limit with absolute reads, so that the buffer stays as it is.
 * Every message starts with the common header (RFC 5740, section 4.1):
 *
 * <pre>
 *  0      1      2      3
 * +------+------+------+------+
 * |ver|ty| hdr  |  sequence   |   hdr_len counts 32-bit words, extensions included
 * +------+------+------+------+
 * |         source_id         |
 * +------+------+------+------+
 * </pre>
 *
 * <p>{@link #openHeader} bounds all reads by hdr_len, so a header that is too short for its type fails at the first field
 * that it lacks; {@link #openPayload} moves on behind the header and bounds reads by the datagram.
 */
final class DatagramReader {
    /** To {@link #openExtension}: wants none, just walks over them. */
    static final int NO_EXTENSION = -1;

    private static final int VERSION = 1;

    private ByteBuffer datagram;
    private int start;
    private int position;
    private int end;
    private int headerEnd;
    private int datagramEnd;
    /** Where the header extensions begin; 0 before the first was looked for. */
    private int extensionsStart;

    DatagramReader wrap(ByteBuffer datagram) {
        assert datagram.order() == ByteOrder.BIG_ENDIAN : "the wire is big-endian";
        this.datagram = datagram;
        this.start = datagram.position();
        this.position = start;
        this.headerEnd = start;
        this.datagramEnd = datagram.limit();
        this.end = datagramEnd;
        this.extensionsStart = 0;
        return this;
    }

    /** Forgets the datagram. */
    void clear() {
        datagram = null;
    }

    /** Reads version, type and hdr_len, bounds the following reads by the header and returns the type's four bits. */
    int openHeader() throws MalformedDatagramException {
        int versionAndType = unsignedByte("version");
        if (versionAndType >>> 4 != VERSION) {
            throw new MalformedDatagramException(Reason.VERSION, "version " + (versionAndType >>> 4) + " is not 1");
        }
        int headerLength = unsignedByte("hdr_len") * Integer.BYTES;
        if (headerLength > datagramEnd - start) {
            throw new MalformedDatagramException(
                    Reason.LENGTH,
                    "hdr_len of " + headerLength + " bytes exceeds the datagram's " + (datagramEnd - start));
        }
        headerEnd = start + headerLength;
        end = headerEnd;
        return versionAndType & 0x0f;
    }

    /** Goes to the first byte behind the header; the following reads are bounded by the datagram. */
    void openPayload() {
        position = headerEnd;
        end = datagramEnd;
    }

    /**
     * Walks over all header extensions (RFC 5740, section 4.1), which must fill the rest of the header, and opens the one
     * of type {@code wanted}. All others are skipped, known or not: they do not belong to this message. May be called for one
     * type after the other.
     *
     * <pre>
     * +------+------+------+------+      +------+------+------+------+
     * |het   | hel  | content ... |      |het   | resv.|  content    |
     * +------+------+-------------+      +------+------+------+------+
     *  het 0 to 127: hel words            het 128 to 255: one word
     * </pre>
     *
     * @return the length of the wanted extension in bytes, with the next read behind its first two bytes and reads bounded
     *     by its end; 0 if there is none
     */
    int openExtension(int wanted) throws MalformedDatagramException {
        extensionsStart = extensionsStart == 0 ? position : extensionsStart;
        position = extensionsStart;
        end = headerEnd;
        int foundPosition = 0;
        int foundLength = 0;
        while (position < headerEnd) {
            int at = position;
            int type = unsignedByte("het");
            int words = unsignedByte("hel");
            int length = type < 128 ? words * Integer.BYTES : Integer.BYTES;
            if (length == 0 || length > headerEnd - at) {
                throw refuse(Reason.EXTENSION, "header extension " + type + " of " + words + " words does not fit", at);
            }
            if (type == wanted) {
                if (foundLength != 0) {
                    throw refuse(Reason.EXTENSION, "header extension " + type + " comes twice", at);
                }
                foundPosition = at;
                foundLength = length;
            }
            position = at + length;
        }
        if (foundLength != 0) {
            position = foundPosition + Short.BYTES;
            end = foundPosition + foundLength;
        }
        return foundLength;
    }

    int unsignedByte(String field) throws MalformedDatagramException {
        return datagram.get(take(Byte.BYTES, field)) & 0xff;
    }

    int unsignedShort(String field) throws MalformedDatagramException {
        return datagram.getShort(take(Short.BYTES, field)) & 0xffff;
    }

    /** Reads 32 bits as they are. */
    int word(String field) throws MalformedDatagramException {
        return datagram.getInt(take(Integer.BYTES, field));
    }

    long unsignedInt(String field) throws MalformedDatagramException {
        return Integer.toUnsignedLong(word(field));
    }

    /** Reads 48 bits. */
    long unsigned48(String field) throws MalformedDatagramException {
        return (long) unsignedShort(field) << 32 | unsignedInt(field);
    }

    /** Reads a NormNodeId that must name somebody: neither NORM_NODE_NONE nor NORM_NODE_ANY. */
    int participant(String field) throws MalformedDatagramException {
        int value = word(field);
        if (value == NodeId.NONE.value() || value == NodeId.ANY.value()) {
            throw refuse(Reason.VALUE, field + " names nobody", position - Integer.BYTES);
        }
        return value;
    }

    /**
     * Reads seconds and microseconds, 32 bits each, as microseconds. The reference implementation may send 1,000,000
     * microseconds, so that is let in; more is not.
     */
    long timeMicros(String field) throws MalformedDatagramException {
        long seconds = unsignedInt(field);
        long micros = unsignedInt(field);
        if (micros > WireTime.MICROS_PER_SECOND) {
            throw refuse(Reason.VALUE, field + " has " + micros + " microseconds", position - Integer.BYTES);
        }
        return seconds * WireTime.MICROS_PER_SECOND + micros;
    }

    /** Reads NormNodeIds up to the end. */
    List<NodeId> participants(String field) throws MalformedDatagramException {
        requireWhole(Integer.BYTES, field);
        List<NodeId> nodes = new ArrayList<>(remaining() / Integer.BYTES);
        while (remaining() > 0) {
            nodes.add(new NodeId(participant(field)));
        }
        return nodes;
    }

    /** Copies what is left, since the datagram's memory is used again. */
    ByteBuffer content() {
        ByteBuffer copy = ByteBuffer.allocate(remaining());
        copy.put(0, datagram, position, remaining());
        position = end;
        return copy.asReadOnlyBuffer();
    }

    void skip(int length, String field) throws MalformedDatagramException {
        take(length, field);
    }

    /** Refuses what is left unless it is a whole number of items. */
    void requireWhole(int itemLength, String field) throws MalformedDatagramException {
        if (remaining() % itemLength != 0) {
            throw refuse(
                    Reason.LENGTH,
                    remaining() + " bytes of " + field + " are no whole number of items of " + itemLength + " bytes",
                    position);
        }
    }

    /** Refuses anything that is left. */
    void requireEnd(String message) throws MalformedDatagramException {
        if (remaining() != 0) {
            throw refuse(Reason.LENGTH, remaining() + " bytes follow the end of " + message, position);
        }
    }

    /** Bytes left until the header, extension or datagram ends. */
    int remaining() {
        return end - position;
    }

    /** Absolute index into the datagram of the next byte. */
    int position() {
        return position;
    }

    /** What is wrong and where the last field read started or ended. */
    MalformedDatagramException refuse(Reason reason, String fault) {
        return refuse(reason, fault, position);
    }

    private MalformedDatagramException refuse(Reason reason, String fault, int at) {
        return new MalformedDatagramException(reason, fault + ", at byte " + (at - start));
    }

    private int take(int length, String field) throws MalformedDatagramException {
        if (length > end - position) {
            throw refuse(Reason.TRUNCATED, "no room for " + field, position);
        }
        int at = position;
        position += length;
        return at;
    }
}

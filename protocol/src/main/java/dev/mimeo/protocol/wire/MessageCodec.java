package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * NORM messages to records and back, all but NORM_DATA, which {@link DataHeader} and {@link DataEncoder} take care of.
 *
 * <p>{@link #decode} returns a whole valid message or throws; nothing behind it needs to check lengths, ranges or reserved
 * values again. It never allocates more than the datagram's true length calls for. What only other messages can contradict
 * (does the object exist, is the block number within it) is for the machines to judge.
 *
 * <p>Buffers are big-endian, which is their default. A datagram reaches from its buffer's position to its limit, and reading
 * leaves both where they are. Records share no memory with the datagram that they were decoded from.
 *
 * <p>Header extensions that are unknown, or known but foreign to the message, are skipped, as RFC 5740, section 4.1 wants
 * it. Deviations from the RFC stand in the records and codecs that make them.
 */
public final class MessageCodec {
    private static final int VERSION = 1;
    private static final int LONGEST_HEADER = 0xff * Integer.BYTES;
    private static final int SOURCE_POSITION = 4;

    /** By code, so that looking at a datagram's type allocates nothing. */
    private static final List<Optional<MessageType>> TYPES = List.of(
            Optional.empty(),
            Optional.of(MessageType.INFO),
            Optional.of(MessageType.DATA),
            Optional.of(MessageType.CMD),
            Optional.of(MessageType.NACK),
            Optional.of(MessageType.ACK),
            Optional.of(MessageType.REPORT));

    private MessageCodec() {}

    /**
     * Looks at a datagram's common header: version 1, a header within the datagram, a source that is somebody.
     *
     * @return the type of the message; empty if it is none that RFC 5740 knows
     */
    public static Optional<MessageType> type(ByteBuffer datagram) throws MalformedDatagramException {
        DatagramReader in = new DatagramReader().wrap(datagram);
        int code = in.openHeader();
        in.skip(Short.BYTES, "sequence");
        in.participant("source_id");
        return code < TYPES.size() ? TYPES.get(code) : Optional.empty();
    }

    /** Returns the source_id of a datagram that has passed {@link #type}: see {@link NodeId#value()}. */
    public static int source(ByteBuffer datagram) {
        return datagram.getInt(datagram.position() + SOURCE_POSITION);
    }

    /** Decodes the header of a datagram that is NORM_NACK, NORM_ACK or NORM_REPORT, and looks no further. */
    public static ReceiverHeader receiverHeader(ByteBuffer datagram) throws MalformedDatagramException {
        DatagramReader in = new DatagramReader().wrap(datagram);
        in.openHeader();
        return ReceiverMessageCodec.receiverHeader(in);
    }

    /**
     * Decodes a message other than NORM_DATA.
     *
     * @throws MalformedDatagramException if any byte of the datagram is not as it must be
     * @throws IllegalArgumentException if the datagram is NORM_DATA
     */
    public static Message decode(ByteBuffer datagram) throws MalformedDatagramException {
        DatagramReader in = new DatagramReader().wrap(datagram);
        int code = in.openHeader();
        return switch (code) {
            case 1 -> InfoCodec.decode(in);
            case 2 -> throw new IllegalArgumentException("NORM_DATA is viewed by DataHeader");
            case 3 -> CommandCodec.decode(in);
            case 4 -> ReceiverMessageCodec.nack(in);
            case 5 -> ReceiverMessageCodec.ack(in);
            case 6 -> ReceiverMessageCodec.report(in);
            default -> throw in.refuse(Reason.TYPE, "message type " + code + " is not known");
        };
    }

    /**
     * Writes a message at the buffer's position, which moves behind it: {@link #length} bytes, every one of them.
     *
     * @throws IllegalArgumentException if a value does not fit its field, or contradicts another; what has been written by
     *     then means nothing
     * @throws java.nio.BufferOverflowException if there is not enough room
     */
    public static void encode(Message message, ByteBuffer out) {
        int start = out.position();
        if (message instanceof Info info) {
            InfoCodec.encode(info, out);
        } else if (message instanceof SenderMessage command) {
            CommandCodec.encode(command, out);
        } else if (message instanceof ReceiverMessage received) {
            ReceiverMessageCodec.encode(received, out);
        }
        assert out.position() - start == length(message) : message;
    }

    /** Returns the number of bytes that {@link #encode} writes. */
    public static int length(Message message) {
        if (message instanceof Info info) {
            return InfoCodec.length(info);
        }
        if (message instanceof SenderMessage command) {
            return CommandCodec.length(command);
        }
        if (message instanceof ReceiverMessage received) {
            return ReceiverMessageCodec.length(received);
        }
        throw new AssertionError(message);
    }

    static void putCommonHeader(ByteBuffer out, MessageType type, int headerLength, int sequence, NodeId source) {
        assert headerLength % Integer.BYTES == 0 && headerLength <= LONGEST_HEADER : headerLength;
        out.put((byte) (VERSION << 4 | type.code()));
        out.put((byte) (headerLength / Integer.BYTES));
        Fields.put16(out, sequence, "sequence");
        Fields.putParticipant(out, source, "source_id");
    }
}

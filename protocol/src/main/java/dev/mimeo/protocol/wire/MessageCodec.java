package dev.mimeo.protocol.wire;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Records to bytes and back. */
public final class MessageCodec {
    private MessageCodec() {}

    /** Type of the datagram, position to limit; checks the common header. Empty: unknown type. */
    public static Optional<MessageType> type(ByteBuffer datagram) throws MalformedDatagramException {
        throw new UnsupportedOperationException();
    }

    /** Source id. Datagram has passed {@link #type}. */
    public static int source(ByteBuffer datagram) {
        throw new UnsupportedOperationException();
    }

    /** Decodes any message but DATA (IllegalArgumentException for that). */
    public static Message decode(ByteBuffer datagram) throws MalformedDatagramException {
        throw new UnsupportedOperationException();
    }

    /** Writes at the buffer's position. */
    public static void encode(Message message, ByteBuffer out) {
        throw new UnsupportedOperationException();
    }

    /** Bytes that {@link #encode} writes. */
    public static int length(Message message) {
        throw new UnsupportedOperationException();
    }
}

package dev.mimeo.protocol.session;

import dev.mimeo.protocol.wire.MalformedDatagramException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Commands and reports to bytes and back. */
public final class SessionCodec {
    private SessionCodec() {}

    public static ByteBuffer encode(SessionCommand command) {
        throw new UnsupportedOperationException();
    }

    public static ByteBuffer encode(StatusReport report) {
        throw new UnsupportedOperationException();
    }

    /** Empty if the content is somebody else's (no magic of ours). */
    public static Optional<SessionCommand> decodeCommand(ByteBuffer content) throws MalformedDatagramException {
        throw new UnsupportedOperationException();
    }

    /** Empty if the content is somebody else's. */
    public static Optional<StatusReport> decodeReport(ByteBuffer content) throws MalformedDatagramException {
        throw new UnsupportedOperationException();
    }
}

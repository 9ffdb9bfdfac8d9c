package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.TransmissionInformation;
import java.nio.ByteBuffer;

/**
 * An object to be sent.
 *
 * @param information how it is coded; GF(2^8) schemes only
 * @param isFile whether receivers should take it as a file (NORM_OBJECT_FILE) or as data (NORM_OBJECT_DATA)
 * @param info content of its NORM_INFO, at most a segment; empty for an object without NORM_INFO
 * @param known chunks that are not sent unless somebody asks for them: {@link KnownChunks#NONE} if it has no chunks
 * @param proactiveParity parity symbols that are sent with every block unasked, at least; at most the parity count
 */
public record TransmitObject(
        TransmissionInformation information, boolean isFile, ByteBuffer info, KnownChunks known, int proactiveParity) {
    /** Refuses what cannot be sent. */
    public TransmitObject {
        if (info.remaining() > information.symbolLength()) {
            throw new IllegalArgumentException("information of " + info.remaining()
                    + " bytes does not fit in a segment of " + information.symbolLength());
        }
        if (proactiveParity < 0 || proactiveParity > information.parityCount()) {
            throw new IllegalArgumentException(
                    proactiveParity + " proactive parity symbols of " + information.parityCount());
        }
        info = info.asReadOnlyBuffer();
    }

    /** Returns whether it has NORM_INFO. */
    boolean hasInfo() {
        return info.hasRemaining();
    }
}

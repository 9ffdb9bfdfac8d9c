package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import java.nio.ByteBuffer;

/** Writes the headers of one object's NORM_DATA messages. */
public final class DataEncoder {
    public DataEncoder(NodeId source, int instanceId, ObjectId object, int flags, TransmissionInformation information) {
        throw new UnsupportedOperationException();
    }

    /** Header length in bytes. */
    public int length() {
        throw new UnsupportedOperationException();
    }

    /** Writes the header at the buffer's position, which moves behind it; the payload follows. */
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
        throw new UnsupportedOperationException();
    }
}

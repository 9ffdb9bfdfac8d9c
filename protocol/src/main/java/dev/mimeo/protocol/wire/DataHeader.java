package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.TransmissionInformation;
import java.nio.ByteBuffer;

/** View of a NORM_DATA message. */
public final class DataHeader {
    /** Checks a datagram whole and looks at it from now on; keeps no reference after {@link #clear}. */
    public DataHeader wrap(ByteBuffer datagram) throws MalformedDatagramException {
        throw new UnsupportedOperationException();
    }

    public void clear() {}

    public int sequence() {
        throw new UnsupportedOperationException();
    }

    public int source() {
        throw new UnsupportedOperationException();
    }

    public int instanceId() {
        throw new UnsupportedOperationException();
    }

    public int grtt() {
        throw new UnsupportedOperationException();
    }

    public int backoffFactor() {
        throw new UnsupportedOperationException();
    }

    public int groupSize() {
        throw new UnsupportedOperationException();
    }

    public int flags() {
        throw new UnsupportedOperationException();
    }

    public FecEncoding encoding() {
        throw new UnsupportedOperationException();
    }

    public int object() {
        throw new UnsupportedOperationException();
    }

    public long blockNumber() {
        throw new UnsupportedOperationException();
    }

    public int blockLength() {
        throw new UnsupportedOperationException();
    }

    public int symbolId() {
        throw new UnsupportedOperationException();
    }

    public boolean hasInformation() {
        throw new UnsupportedOperationException();
    }

    public TransmissionInformation information() {
        throw new UnsupportedOperationException();
    }

    public boolean informationEquals(TransmissionInformation known) {
        throw new UnsupportedOperationException();
    }

    public int payloadPosition() {
        throw new UnsupportedOperationException();
    }

    public int payloadLength() {
        throw new UnsupportedOperationException();
    }
}

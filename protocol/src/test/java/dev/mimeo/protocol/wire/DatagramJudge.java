package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Does with a datagram what a machine would: looks at its type, decodes it, uses every field. What is let in must be
 * consistent and survive encoding and decoding again; anything else than {@link MalformedDatagramException} is a defect.
 */
final class DatagramJudge {
    private final DataHeader view = new DataHeader();
    private final DataHeader secondView = new DataHeader();
    private final ByteBuffer scratch = ByteBuffer.allocate(1 << 17);

    static void judge(ByteBuffer datagram) throws MalformedDatagramException {
        new DatagramJudge().decode(datagram);
    }

    void decode(ByteBuffer datagram) throws MalformedDatagramException {
        int position = datagram.position();
        int limit = datagram.limit();
        Optional<MessageType> type = MessageCodec.type(datagram);
        if (type.isEmpty()) {
            MessageCodec.decode(datagram);
            throw new AssertionError("decoded an unknown type");
        }
        if (type.get() == MessageType.DATA) {
            data(datagram);
        } else {
            message(datagram);
        }
        require(datagram.position() == position && datagram.limit() == limit, "the datagram was moved");
    }

    private void message(ByteBuffer datagram) throws MalformedDatagramException {
        Message message = MessageCodec.decode(datagram);
        require(message.source().value() == MessageCodec.source(datagram), "two sources");
        int length = MessageCodec.length(message);
        require(length <= datagram.remaining(), "grew");
        scratch.clear();
        MessageCodec.encode(message, scratch);
        scratch.flip();
        require(scratch.remaining() == length, "length and encode disagree");
        Message again;
        try {
            again = MessageCodec.decode(scratch);
        } catch (MalformedDatagramException e) {
            throw new AssertionError("refused its own encoding of " + message, e);
        }
        require(message.equals(again), "changed in encoding");
    }

    private void data(ByteBuffer datagram) throws MalformedDatagramException {
        DataHeader data = view.wrap(datagram);
        require(data.source() == MessageCodec.source(datagram), "two sources");
        require(data.payloadLength() > 0, "no payload");
        require(data.payloadPosition() + data.payloadLength() == datagram.limit(), "payload does not end the datagram");
        require((data.flags() & ObjectFlags.STREAM) == 0, "a stream");
        require(data.blockNumber() <= data.encoding().largestBlockNumber(), "block number");
        require(data.symbolId() <= data.encoding().largestSymbolId(), "symbol id");
        require((data.blockLength() > 0) == data.encoding().carriesBlockLength(), "block length");
        TransmissionInformation information = data.information();
        require((information != null) == data.hasInformation(), "information");
        if (information != null) {
            require(data.informationEquals(information), "does not equal itself");
            require(information.encoding() == data.encoding(), "two schemes");
            require(data.payloadLength() <= information.symbolLength(), "a long symbol");
            require(data.blockNumber() < information.partition().blockCount(), "block number beyond the object");
            encodeAgain(datagram, data, information);
        }
    }

    private void encodeAgain(ByteBuffer datagram, DataHeader data, TransmissionInformation information) {
        DataEncoder encoder = new DataEncoder(
                new NodeId(data.source()), data.instanceId(), new ObjectId(data.object()), data.flags(), information);
        scratch.clear();
        encoder.encode(
                scratch,
                data.sequence(),
                data.grtt(),
                data.backoffFactor(),
                data.groupSize(),
                (data.flags() & ObjectFlags.REPAIR) != 0,
                data.blockNumber(),
                data.blockLength(),
                data.symbolId());
        int header = scratch.position();
        scratch.put(header, datagram, data.payloadPosition(), data.payloadLength());
        scratch.position(header + data.payloadLength()).flip();
        DataHeader again;
        try {
            again = secondView.wrap(scratch);
        } catch (MalformedDatagramException e) {
            throw new AssertionError("refused its own encoding", e);
        }
        require(
                again.sequence() == data.sequence()
                        && again.source() == data.source()
                        && again.instanceId() == data.instanceId()
                        && again.grtt() == data.grtt()
                        && again.backoffFactor() == data.backoffFactor()
                        && again.groupSize() == data.groupSize()
                        && again.flags() == data.flags()
                        && again.encoding() == data.encoding()
                        && again.object() == data.object()
                        && again.blockNumber() == data.blockNumber()
                        && again.blockLength() == data.blockLength()
                        && again.symbolId() == data.symbolId()
                        && again.informationEquals(information)
                        && again.payloadLength() == data.payloadLength(),
                "changed in encoding");
    }

    private static void require(boolean holds, String fault) {
        if (!holds) {
            throw new AssertionError(fault);
        }
    }

    /** How many datagrams were let in, and how many were refused for each reason. */
    static final class Tally {
        private final long[] refused = new long[Reason.values().length];
        private long accepted;

        void accept() {
            accepted++;
        }

        void refuse(MalformedDatagramException e) {
            refused[e.reason().ordinal()]++;
        }

        long accepted() {
            return accepted;
        }

        long refused(Reason reason) {
            return refused[reason.ordinal()];
        }

        long total() {
            long total = accepted;
            for (long count : refused) {
                total += count;
            }
            return total;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(total() + " datagrams: " + accepted + " accepted");
            for (Reason reason : Reason.values()) {
                text.append(", ").append(refused(reason)).append(' ').append(reason);
            }
            return text.toString();
        }
    }
}

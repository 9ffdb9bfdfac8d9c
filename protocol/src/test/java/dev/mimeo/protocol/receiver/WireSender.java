package dev.mimeo.protocol.receiver;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.session.SessionCodec;
import dev.mimeo.protocol.session.SessionCommand;
import dev.mimeo.protocol.wire.ApplicationCommand;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.CongestionControl;
import dev.mimeo.protocol.wire.DataEncoder;
import dev.mimeo.protocol.wire.EndOfTransmission;
import dev.mimeo.protocol.wire.Flush;
import dev.mimeo.protocol.wire.Info;
import dev.mimeo.protocol.wire.Message;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.ObjectFlags;
import dev.mimeo.protocol.wire.PayloadId;
import dev.mimeo.protocol.wire.Quantization;
import dev.mimeo.protocol.wire.RepairAdvertisement;
import dev.mimeo.protocol.wire.RepairRequestBuilder;
import dev.mimeo.protocol.wire.SenderHeader;
import dev.mimeo.protocol.wire.Squelch;
import dev.mimeo.protocol.wire.Watermark;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Makes the datagrams of a sender that is not there, message by message: GRTT 10 ms, K = 4, 1,000 receivers. */
public final class WireSender {
    /** What receivers make of the advertised group round trip time. */
    public static final long GRTT_NANOS = Quantization.grttNanos(Quantization.grtt(10_000_000));

    private static final int BACKOFF_FACTOR = 4;
    private static final long GROUP_SIZE = 1_000;

    private final NodeId id;
    private final int instanceId;
    private int sequence;
    private int flags = ObjectFlags.FILE;

    /** Makes a sender's instance. */
    public WireSender(NodeId id, int instanceId) {
        this.id = id;
        this.instanceId = instanceId;
    }

    /** Sets the flags of the objects from now on; NORM_FLAG_FILE until then. */
    public WireSender flags(int newFlags) {
        flags = newFlags;
        return this;
    }

    /** Returns one symbol. */
    public ByteBuffer data(
            ObjectId object,
            TransmissionInformation information,
            long block,
            int blockLength,
            int symbol,
            boolean repair,
            byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(2_000);
        new DataEncoder(id, instanceId, object, flags, information)
                .encode(
                        out,
                        header().sequence(),
                        Quantization.grtt(GRTT_NANOS),
                        BACKOFF_FACTOR,
                        Quantization.groupSize(GROUP_SIZE),
                        repair,
                        block,
                        blockLength,
                        symbol);
        return out.put(payload).flip();
    }

    /** Returns an object's information. */
    public ByteBuffer info(ObjectId object, TransmissionInformation information) {
        return info(object, information, ByteBuffer.allocate(1));
    }

    /** Returns an object's information. */
    public ByteBuffer info(ObjectId object, TransmissionInformation information, ByteBuffer content) {
        return bytes(
                new Info(header(), flags | ObjectFlags.INFO, information.encoding(), object, information, content));
    }

    /** Returns a command of the image profile. */
    public ByteBuffer command(SessionCommand command) {
        return command(SessionCodec.encode(command));
    }

    /** Returns a command with any content. */
    public ByteBuffer command(ByteBuffer content) {
        return bytes(new ApplicationCommand(header(), content));
    }

    /** Returns the end of the data, or a watermark. */
    public ByteBuffer flush(
            ObjectId object, TransmissionInformation information, long block, int symbol, NodeId... ackingNodes) {
        return bytes(new Flush(header(), at(object, information, block, symbol), List.of(ackingNodes)));
    }

    /** Returns a probe that asks for answers. */
    public ByteBuffer probe(int ccSequence, long sendTimeMicros, CongestionControl.Node... nodes) {
        return bytes(
                new CongestionControl(header(), ccSequence, sendTimeMicros, OptionalInt.of(0x1230), List.of(nodes)));
    }

    /** Returns the farewell. */
    public ByteBuffer endOfTransmission() {
        return bytes(new EndOfTransmission(header()));
    }

    /** Returns that what lies before an object is gone. */
    public ByteBuffer squelch(ObjectId start, TransmissionInformation information, ObjectId... gone) {
        return bytes(new Squelch(header(), at(start, information, 0, 0), List.of(gone)));
    }

    /** Returns what the sender has been asked for. */
    public ByteBuffer advertisement(Consumer<RepairRequestBuilder> requests) {
        return advertisement(null, requests);
    }

    /** Returns what the sender has been asked for and told about congestion. */
    public ByteBuffer advertisement(CcFeedback feedback, Consumer<RepairRequestBuilder> requests) {
        RepairRequestBuilder builder = new RepairRequestBuilder(1_000);
        requests.accept(builder);
        return bytes(new RepairAdvertisement(header(), 0, feedback, builder.build()));
    }

    /** Returns a position in an object. */
    public static Watermark at(ObjectId object, TransmissionInformation information, long block, int symbol) {
        int length = information.encoding().carriesBlockLength()
                ? information.partition().blockLength(block)
                : 0;
        return new Watermark(information.encoding(), object, new PayloadId(block, length, symbol));
    }

    private SenderHeader header() {
        return new SenderHeader(
                sequence++ & 0xffff,
                id,
                instanceId,
                Quantization.grtt(GRTT_NANOS),
                BACKOFF_FACTOR,
                Quantization.groupSize(GROUP_SIZE));
    }

    private static ByteBuffer bytes(Message message) {
        ByteBuffer out = ByteBuffer.allocate(MessageCodec.length(message));
        MessageCodec.encode(message, out);
        return out.flip();
    }
}

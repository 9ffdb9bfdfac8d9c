package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;
import java.nio.ByteBuffer;

/**
 * The first twelve bytes of all sender messages (RFC 5740, sections 4.1 and 4.2).
 *
 * <pre>
 * +------+------+------+------+
 * |ver|ty| hdr  |  sequence   |
 * +------+------+------+------+
 * |         source_id         |
 * +------+------+------+------+
 * | instance_id | grtt |bo|gs |
 * +------+------+------+------+
 * </pre>
 */
final class SenderHeaderCodec {
    static final int LENGTH = 12;

    private SenderHeaderCodec() {}

    /** Reads what follows hdr_len. */
    static SenderHeader decode(DatagramReader in) throws MalformedDatagramException {
        int sequence = in.unsignedShort("sequence");
        NodeId source = new NodeId(in.participant("source_id"));
        int instanceId = in.unsignedShort("instance_id");
        int grtt = in.unsignedByte("grtt");
        int backoffAndGroupSize = in.unsignedByte("backoff");
        return new SenderHeader(
                sequence, source, instanceId, grtt, backoffAndGroupSize >>> 4, backoffAndGroupSize & 0x0f);
    }

    static void encode(MessageType type, int headerLength, SenderHeader header, ByteBuffer out) {
        MessageCodec.putCommonHeader(out, type, headerLength, header.sequence(), header.source());
        Fields.put16(out, header.instanceId(), "instance_id");
        Fields.put8(out, header.grtt(), "grtt");
        Fields.require(header.backoffFactor() >>> 4 == 0, "backoff", header.backoffFactor());
        Fields.require(header.groupSize() >>> 4 == 0, "gsize", header.groupSize());
        out.put((byte) (header.backoffFactor() << 4 | header.groupSize()));
    }
}

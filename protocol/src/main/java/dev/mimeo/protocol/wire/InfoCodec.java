package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;

/**
 * NORM_INFO (RFC 5740, section 4.2.2).
 *
 * <pre>
 * +------+------+------+------+
 * |    sender header (12)     |
 * +------+------+------+------+
 * | flags|fec_id|  object_id  |
 * +------+------+------+------+
 * |   EXT_FTI, if any, ...    |
 * +------+------+------+------+
 * |  content ...
 * </pre>
 */
final class InfoCodec {
    private static final int HEADER_LENGTH = SenderHeaderCodec.LENGTH + Integer.BYTES;

    private InfoCodec() {}

    static Info decode(DatagramReader in) throws MalformedDatagramException {
        SenderHeader header = SenderHeaderCodec.decode(in);
        int flags = objectFlags(in);
        FecEncoding encoding = PayloadIdCodec.encoding(in);
        ObjectId object = new ObjectId(in.unsignedShort("object_transport_id"));
        TransmissionInformationField field = new TransmissionInformationField();
        TransmissionInformation information = null;
        if (field.read(in, encoding)) {
            information = field.information();
            encoding = field.encoding();
        }
        in.openPayload();
        if (information != null && in.remaining() > information.symbolLength()) {
            throw in.refuse(
                    Reason.LENGTH,
                    in.remaining() + " bytes of content exceed a segment of " + information.symbolLength());
        }
        return new Info(header, flags, encoding, object, information, in.content());
    }

    /** Reads the flags of NORM_INFO or NORM_DATA, and refuses streams: we have no use for them. */
    static int objectFlags(DatagramReader in) throws MalformedDatagramException {
        int flags = in.unsignedByte("flags");
        if ((flags & ObjectFlags.STREAM) != 0) {
            throw in.refuse(Reason.VALUE, "streams not supported");
        }
        return flags;
    }

    static int headerLength(Info info) {
        return HEADER_LENGTH + (info.information() == null ? 0 : TransmissionInformationField.length(info.encoding()));
    }

    static int length(Info info) {
        return headerLength(info) + info.content().remaining();
    }

    static void encode(Info info, ByteBuffer out) {
        SenderHeaderCodec.encode(MessageType.INFO, headerLength(info), info.header(), out);
        Fields.require((info.flags() & ObjectFlags.STREAM) == 0, "stream flag", info.flags());
        Fields.put8(out, info.flags(), "flags");
        out.put((byte) info.encoding().id());
        Fields.put16(out, info.object().value(), "object_transport_id");
        if (info.information() != null) {
            if (info.information().encoding() != info.encoding()) {
                throw new IllegalArgumentException(
                        info.information() + " does not belong to an object of " + info.encoding());
            }
            TransmissionInformationField.put(out, info.information());
        }
        Fields.putContent(out, info.content());
    }
}

package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import java.nio.ByteBuffer;

/**
 * NORM_INFO: out-of-band content about one object (RFC 5740, section 4.2.2).
 *
 * @param flags NORM_FLAG_* bits: see {@link ObjectFlags}
 * @param encoding the FEC scheme of the object
 * @param information EXT_FTI, or null if the message carries none
 * @param content application content, read only, at most one segment
 */
public record Info(
        SenderHeader header,
        int flags,
        FecEncoding encoding,
        ObjectId object,
        TransmissionInformation information,
        ByteBuffer content)
        implements SenderMessage {
    /** Keeps what is between position and limit, as a read-only view of the same memory. */
    public Info {
        content = content.slice().asReadOnlyBuffer();
    }

    /** Returns a view of the content with a position of its own. */
    @Override
    public ByteBuffer content() {
        return content.asReadOnlyBuffer();
    }
}

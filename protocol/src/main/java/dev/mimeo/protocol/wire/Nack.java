package dev.mimeo.protocol.wire;

import java.util.List;

/**
 * NORM_NACK: asks for repair (RFC 5740, section 4.3.1).
 *
 * @param feedback EXT_CC, or null if the message carries none
 * @param requests at least one; in ascending order, though decoding takes them as they come; together at most one segment
 *     of the sender
 */
public record Nack(ReceiverHeader header, CcFeedback feedback, List<RepairRequest> requests)
        implements ReceiverMessage {
    /** Copies the list. */
    public Nack {
        requests = List.copyOf(requests);
    }
}

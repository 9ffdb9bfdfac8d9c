package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;

/**
 * The fields that all receiver messages share (RFC 5740, section 4.3). NORM_REPORT, whose format the RFC leaves open, has
 * them too.
 *
 * @param sequence 0 to 65,535; the reference implementation always sends 0
 * @param source the receiver
 * @param sender the sender that the message is about (server_id)
 * @param instanceId the instance of that sender, 0 to 65,535
 * @param grttResponseMicros the send time of the last NORM_CMD(CC), moved on by the time since it was received, in
 *     microseconds (grtt_response_sec and grtt_response_usec); 0 if none was received. At most 2^32 * 10^6
 */
public record ReceiverHeader(int sequence, NodeId source, NodeId sender, int instanceId, long grttResponseMicros) {}

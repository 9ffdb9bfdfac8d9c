package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;

/**
 * The fields that all sender messages share (RFC 5740, section 4.2).
 *
 * @param sequence 0 to 65,535, counts this sender's messages; used for loss estimation only
 * @param source the sender
 * @param instanceId 0 to 65,535, chosen anew whenever the sender starts
 * @param grtt quantised group round trip time, 0 to 255: see {@link Quantization}
 * @param backoffFactor K, 0 to 15
 * @param groupSize quantised group size, 0 to 15
 */
public record SenderHeader(int sequence, NodeId source, int instanceId, int grtt, int backoffFactor, int groupSize) {}

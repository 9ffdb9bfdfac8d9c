package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;
import java.util.List;
import java.util.OptionalInt;

/**
 * NORM_CMD(CC): a probe for round trip times and, with EXT_RATE, for congestion feedback (RFC 5740, section 4.2.3.4).
 *
 * @param ccSequence 0 to 65,535
 * @param sendTimeMicros the sender's clock when the message left, in microseconds (send_time_sec, send_time_usec)
 * @param sendRate EXT_RATE: the quantised rate, see {@link Quantization}; empty if the message carries none
 * @param nodes what the sender knows about some receivers (cc_node_list)
 */
public record CongestionControl(
        SenderHeader header, int ccSequence, long sendTimeMicros, OptionalInt sendRate, List<Node> nodes)
        implements SenderMessage {
    /**
     * One item of cc_node_list.
     *
     * @param flags see {@link CcFeedback}
     * @param rtt quantised, valid with flag RTT
     * @param rate quantised
     */
    public record Node(NodeId id, int flags, int rtt, int rate) {}
}

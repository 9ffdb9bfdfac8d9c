package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;
import java.util.List;
import java.util.OptionalInt;

/**
 * NORM_CMD(CC): a probe for round trip times and, with EXT_RATE, for congestion feedback (RFC 5740, section 4.2.3.4).
 *
 * <pre>
 * +------+------+------+------+
 * |    sender header (12)     |
 * +------+------+------+------+
 * |  4   |resv. | cc_sequence |
 * +------+------+------+------+
 * |       send_time_sec       |
 * +------+------+------+------+
 * |      send_time_usec       |
 * +------+------+------+------+
 * |   EXT_RATE, if any, ...   |
 * |   EXT_LIMIT, if any, ...  |
 * +------+------+------+------+
 * |        cc_node_id         |   cc_node_list: 8 bytes each
 * +------+------+------+------+
 * | flags| rtt  |   cc_rate   |
 * +------+------+------+------+
 * </pre>
 *
 * <p>Deviations: the reserved byte, which the reference implementation uses, is not looked at. A node may come twice, since
 * that implementation repeats some; microseconds may be 1,000,000.
 *
 * @param ccSequence 0 to 65,535
 * @param sendTimeMicros the sender's clock when the message left, in microseconds (send_time_sec, send_time_usec)
 * @param sendRate EXT_RATE: the quantised rate, see {@link Quantization}; empty if the message carries none
 * @param limitWanted EXT_LIMIT: whether the rate adapts to what receivers of ours can take
 * @param nodes what the sender knows about some receivers (cc_node_list)
 */
public record CongestionControl(
        SenderHeader header,
        int ccSequence,
        long sendTimeMicros,
        OptionalInt sendRate,
        boolean limitWanted,
        List<Node> nodes)
        implements SenderMessage {
    /** Copies the list. */
    public CongestionControl {
        nodes = List.copyOf(nodes);
    }

    /** Makes a probe as the RFC has it. */
    public CongestionControl(
            SenderHeader header, int ccSequence, long sendTimeMicros, OptionalInt sendRate, List<Node> nodes) {
        this(header, ccSequence, sendTimeMicros, sendRate, false, nodes);
    }

    /**
     * One item of cc_node_list.
     *
     * @param flags see {@link CcFeedback}
     * @param rtt quantised, valid with flag RTT
     * @param rate quantised
     */
    public record Node(NodeId id, int flags, int rtt, int rate) {}
}

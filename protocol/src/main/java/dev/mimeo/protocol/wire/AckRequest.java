package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;
import java.util.List;

/**
 * NORM_CMD(ACK_REQ): asks named receivers for an application-defined acknowledgement (RFC 5740, section 4.2.3.6).
 *
 * <pre>
 * +------+------+------+------+
 * |    sender header (12)     |
 * +------+------+------+------+
 * |  6   |resv. | type |  id  |
 * +------+------+------+------+
 * |   acking_node_list ...    |   node ids, 32 bits each
 * +------+------+------+------+
 * </pre>
 *
 * @param ackType 16 to 255 for applications
 * @param ackId 0 to 255, echoed
 */
public record AckRequest(SenderHeader header, int ackType, int ackId, List<NodeId> ackingNodes)
        implements SenderMessage {
    /** Copies the list. */
    public AckRequest {
        ackingNodes = List.copyOf(ackingNodes);
    }
}

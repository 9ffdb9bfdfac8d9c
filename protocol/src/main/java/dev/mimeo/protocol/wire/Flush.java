package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;
import java.util.List;

/**
 * NORM_CMD(FLUSH): everything up to and including {@code position} has been sent (RFC 5740, section 4.2.3.1).
 *
 * <pre>
 * +------+------+------+------+
 * |    sender header (12)     |
 * +------+------+------+------+
 * |  1   |fec_id|  object_id  |
 * +------+------+------+------+
 * |   fec_payload_id (4 or 8) |
 * +------+------+------+------+
 * |   acking_node_list ...    |   node ids, 32 bits each
 * +------+------+------+------+
 * </pre>
 *
 * @param position the sender's logical transmit position
 * @param ackingNodes who is asked to acknowledge the position; empty if nobody
 */
public record Flush(SenderHeader header, Watermark position, List<NodeId> ackingNodes) implements SenderMessage {
    /** Copies the list. */
    public Flush {
        ackingNodes = List.copyOf(ackingNodes);
    }
}

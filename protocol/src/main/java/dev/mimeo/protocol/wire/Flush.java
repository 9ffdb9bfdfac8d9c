package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;
import java.util.List;

/**
 * NORM_CMD(FLUSH): everything up to and including {@code position} has been sent (RFC 5740, section 4.2.3.1).
 *
 * @param position the sender's logical transmit position
 * @param ackingNodes who is asked to acknowledge the position; empty if nobody
 */
public record Flush(SenderHeader header, Watermark position, List<NodeId> ackingNodes) implements SenderMessage {}

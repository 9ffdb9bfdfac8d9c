package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;

/** Every NORM message but NORM_DATA, which {@link DataHeader} views in place. */
public sealed interface Message permits SenderMessage, ReceiverMessage {
    /** Returns the sequence field: 16 bits, 0 to 65,535. */
    int sequence();

    /** Returns who sent the message. */
    NodeId source();
}

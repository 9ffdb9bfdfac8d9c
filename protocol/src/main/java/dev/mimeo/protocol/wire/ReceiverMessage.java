package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;

/** A message that a receiver emits, about one sender. */
public sealed interface ReceiverMessage extends Message permits Nack, Ack, Report {
    /** Returns the fields that all receiver messages share. */
    ReceiverHeader header();

    @Override
    default int sequence() {
        return header().sequence();
    }

    @Override
    default NodeId source() {
        return header().source();
    }
}

package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.NodeId;

/** A message that a sender emits. */
public sealed interface SenderMessage extends Message
        permits Info,
                Flush,
                EndOfTransmission,
                Squelch,
                CongestionControl,
                RepairAdvertisement,
                AckRequest,
                ApplicationCommand {
    /** Returns the fields that all sender messages share. */
    SenderHeader header();

    @Override
    default int sequence() {
        return header().sequence();
    }

    @Override
    default NodeId source() {
        return header().source();
    }
}

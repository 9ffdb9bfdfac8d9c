package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.CongestionControl;
import java.util.List;
import java.util.Optional;

/** How fast a sender may send, and what it tells receivers about them. The default methods are those of a fixed rate. */
interface RateControl {
    /** Returns the rate, in bytes per second of UDP payload; at least 1. */
    long bytesPerSecond();

    /** Returns whether the rate can change: timers have to follow it. */
    default boolean isAdaptive() {
        return false;
    }

    /**
     * A receiver was heard.
     *
     * @param feedback EXT_CC, or null if the message carried none
     * @param rttNanos what its response shows; negative if it shows nothing
     */
    default void onHeard(NodeId receiver, CcFeedback feedback, long rttNanos, long nowNanos) {}

    /** Returns whether others should hear the feedback of a receiver, which answers for them. */
    default boolean isWorthRepeating(NodeId receiver) {
        return false;
    }

    /** A symbol was sent, in a datagram of so many bytes. */
    default void onSymbolSent(int bytes, long nowNanos) {}

    /** A probe is about to be sent. */
    default void onProbe(int ccSequence, long grttNanos, long nowNanos) {}

    /** Returns when the next probe is to follow data, or {@link Machine#NEVER}: as it would without data. */
    default long probeNanos(long nowNanos) {
        return Machine.NEVER;
    }

    /** Returns what the next probe lists. */
    default List<CongestionControl.Node> nodes() {
        return List.of();
    }

    /** Takes the feedback, received since the last call, that limits most; for those who cannot hear it. */
    default Optional<CcFeedback> takeLimitingFeedback() {
        return Optional.empty();
    }
}

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

    /** Makes the control that a policy asks for. */
    static RateControl of(SenderConfig config) {
        RatePolicy policy = config.ratePolicy();
        if (policy instanceof RatePolicy.Adaptive adaptive) {
            return new AdaptiveRate(config, adaptive);
        }
        return policy instanceof RatePolicy.CongestionControl norm
                ? new NormCongestionControl(config, norm.floor())
                : new FixedRate(config.bytesPerSecond());
    }

    /** From now on the rate is never above {@code bytesPerSecond}, at least 1, nor above what it was made for. */
    void cap(long bytesPerSecond);

    /** Returns whether receivers change the rate: what leaves, and when probes do, matters to it. */
    default boolean isAdaptive() {
        return false;
    }

    /** Returns whether probes ask receivers of ours for what they can take. */
    default boolean wantsLimits() {
        return false;
    }

    /** Returns who limits the rate. */
    default Optional<NodeId> limiting() {
        return Optional.empty();
    }

    /** So many receivers may be slow without holding the others. */
    default void spare(int receivers) {}

    /** A receiver counts no longer, nor will it be told of any more. */
    default void forget(NodeId receiver, long nowNanos) {}

    /**
     * A receiver was heard.
     *
     * @param feedback EXT_CC, or null if the message carried none
     * @param rttNanos what its response shows; negative if it shows nothing
     */
    default void onHeard(NodeId receiver, CcFeedback feedback, long rttNanos, long nowNanos) {}

    /** Returns whether the rate does not heed a receiver, which is too slow for the others. */
    default boolean isSpared(NodeId receiver) {
        return false;
    }

    /** Returns whether others should hear the feedback of a receiver, which answers for them. */
    default boolean isWorthRepeating(NodeId receiver) {
        return false;
    }

    /** A symbol was sent, in a datagram of so many bytes. */
    default void onSymbolSent(int bytes, long nowNanos) {}

    /** So many bytes were not sent that might have been, since the sender was not there in time. */
    default void onLate(long bytes) {}

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

package dev.mimeo;

import java.time.Duration;

/**
 * What can be chosen about a receiver, whatever it receives. Not safe for use by several threads; may be used again after
 * the receiver was opened.
 *
 * @param <B> the builder itself
 */
public interface ReceiverOptions<B extends ReceiverOptions<B>> {
    /**
     * Default: the only interface that is up, not loopback, and can multicast; several, or none, fail {@code open}.
     *
     * @param nameOrAddress a name as the system shows it ({@code eth1}), or an address of the interface in digits, which is then
     *     sent from
     */
    B networkInterface(String nameOrAddress);

    /** Default: without a limit. How long to wait for a sender to be heard at all. */
    B waitForSender(Duration atMost);

    /** Default: 45 s. How long a sender that was heard may be silent before it is presumed gone. */
    B senderTimeout(Duration timeout);

    /**
     * Default: 64 MiB, or half of what the Java process may use if that is less. Most bytes of content held in memory,
     * outside the heap; what comes in blocks of which two do not fit is refused.
     */
    B memoryLimit(long bytes);

    /**
     * Default: to the group, so that receivers that miss the same ask once. Requests for repair go to the sender alone,
     * for networks that let receivers hear multicast but not send it. So it is by itself if the group has a source.
     */
    B unicastFeedback();

    /**
     * Default: 1, never beyond the first router. 0 to 255; 0 stays within this machine, and is for the loopback interface alone
     * over IPv6.
     */
    B timeToLive(int timeToLive);

    /** Default: 0. As {@link SenderOptions#dscp}, for what this receiver sends. */
    B dscp(int codePoint);

    /** Default: chosen at random. The NORM node id, unique in the group; neither 0 nor 0xffffffff. */
    B nodeId(int nodeId);

    /** Default: groups of local scope only (see {@link MulticastGroup#isLocalScope}). Allows all groups. */
    B allowGlobalScope();

    /**
     * Default: none, an open network. Hears only senders that have the same key, and seals all that is sent to them. The key
     * may be closed once the receiver is open.
     */
    B groupKey(GroupKey key);

    /** Default: {@link Environment#USUAL}. Where threads come from, and what time of day it is. */
    B environment(Environment environment);

    /** Default: {@link TransferListener#NONE}. Hears of all transfers of the receiver. */
    B listener(TransferListener listener);
}

package dev.mimeo;

/**
 * What can be chosen about a sender, whatever it sends. Not safe for use by several threads; may be used again after the
 * sender was opened.
 *
 * @param <B> the builder itself
 */
public interface SenderOptions<B extends SenderOptions<B>> {
    /**
     * Default: the only interface that is up, not loopback, and can multicast; several, or none, fail {@code open}.
     *
     * @param nameOrAddress a name as the system shows it ({@code eth1}), or an address of the interface in digits, which is then
     *     sent from
     */
    B networkInterface(String nameOrAddress);

    /**
     * Default: one, as above. Sends on several: each datagram leaves on each of them, at the same rate, in segments that all of
     * them can carry. Receivers on all of them take part in one session; an interface that goes down holds up nobody but its own,
     * one that is slower holds up all. Unicast, if it is offered, is so at all addresses of this machine.
     *
     * @param namesOrAddresses 1 to 16, each as above
     */
    B networkInterfaces(String... namesOrAddresses);

    /**
     * Default: what the interface says that it can do, or 1 Gbit/s; 200 Mbit/s for a rate that does not adapt. The most that
     * ever leaves: everything counts, as UDP payload.
     */
    B rate(DataRate rate);

    /**
     * Default, for images: with a floor of a hundredth of {@link #rate}. Finds the fastest rate that is neither lost on the
     * way nor fills the memory of receivers with slow disks, between {@code floor} and {@link #rate}.
     */
    B adaptiveRate(DataRate floor);

    /** Default: an adaptive rate gives way a little where it finds a path full. Gives up half, and comes back slowly. */
    B yieldToOthers();

    /** Default, for plain NORM: always sends at {@link #rate}, for networks of one's own. */
    B fixedRate();

    /**
     * NORM-CC (RFC 5740, section 5.5.2): between {@code floor}, where it begins, and {@link #rate}, sends as fast as TCP would
     * to the receiver with the slowest path.
     */
    B congestionControl(DataRate floor);

    /** Default: {@link Redundancy#adaptive()}. */
    B redundancy(Redundancy redundancy);

    /**
     * Default: 1, never beyond the first router. 0 to 255; 0 stays within this machine, and is for the loopback interface alone
     * over IPv6.
     */
    B timeToLive(int timeToLive);

    /**
     * Default: 0, nothing special. Marks what is sent with a differentiated services code point, 0 to 63, by which networks that
     * are set up so treat it: 1 (LE, RFC 8622) or 8 (CS1) is for what should give way to everything else. Without effect on
     * systems that do not let programs mark, such as Windows.
     */
    B dscp(int codePoint);

    /**
     * Default: 1,408, or what the interface's MTU leaves room for if that is less. Bytes of content in a datagram,
     * 64 to 65,000; {@code open} fails if the MTU cannot carry them.
     */
    B segmentLength(int bytes);

    /** Default: 128. Most segments in a block, which is coded, repaired, read and written as one; 1 to 254. */
    B blockLength(int segments);

    /**
     * Default: 32. Parity segments that exist for each block, made only when asked for; 0 to 254, together with the
     * block length at most 255.
     */
    B parityCount(int segments);

    /**
     * Default: 129. The FEC Encoding ID that says how Reed-Solomon is put on the wire: 129 (RFC 5445, as most deployed
     * implementations send it) or 5 (RFC 5510, at most 16,777,216 blocks in an object).
     */
    B fecEncodingId(int id);

    /**
     * Default: 64 MiB, or half of what the Java process may use if that is less. Most bytes of content held in memory,
     * outside the heap; room for at least four blocks.
     */
    B memoryLimit(long bytes);

    /**
     * Default: receivers on this machine are served like others, at the price that the sender hears all it sends. Serves
     * other machines only, and sends faster. Without effect on the loopback interface.
     */
    B excludeThisMachine();

    /**
     * Default: nobody. Asks these plain NORM receivers to acknowledge that they have everything (RFC 5740, section 5.5.3),
     * and ends once they have. Receivers of images need not be named.
     *
     * @param nodeIds NORM node ids; neither 0 nor 0xffffffff
     */
    B acknowledgedBy(int... nodeIds);

    /**
     * Default: 1,000. About how many receivers there are: the more, the longer they wait before they ask for repairs, and
     * the less they ask for the same. 1 to 500,000,000.
     */
    B groupSize(long receivers);

    /** Default: chosen at random. The NORM node id, unique in the group; neither 0 nor 0xffffffff. */
    B nodeId(int nodeId);

    /** Default: groups of local scope only (see {@link MulticastGroup#isLocalScope}). Allows all groups. */
    B allowGlobalScope();

    /**
     * Default: none, an open network: everybody on it can read what is sent, and send. Seals all that is sent, and hears only
     * receivers that have the same key; segments are then 1,360 bytes unless chosen. The key may be closed once the sender is
     * open.
     */
    B groupKey(GroupKey key);

    /** Default: {@link Environment#USUAL}. Where threads come from, and what time of day it is. */
    B environment(Environment environment);

    /** Default: {@link TransferListener#NONE}. Hears of all transfers of the sender. */
    B listener(TransferListener listener);
}

package dev.mimeo;

/**
 * Whom a sender of an image serves alone, by unicast: machines that multicast does not reach ({@link ImageReceiver.Builder#unicastFrom}),
 * and those that are handed off ({@link SlowReceiverPolicy#handOff}, {@link Dismissal#fallBack}). Each has a session of NORM of its own
 * (RFC 5740, section 1, names unicast), with the same image, the same hashes, keys and targets, and keeps what it has of the
 * image already; reports count it like the others. All sessions together stay within the {@linkplain SenderOptions#rate rate}:
 * one of unicast counts for an eighth of that of the group while both send.
 *
 * <p>An image that is to be sent {@linkplain ImageFlag#MULTICAST_ONLY by multicast only}, and a pipe, which can be read once only, are
 * sent to nobody alone: who asks is refused, and told why. Immutable.
 *
 * @param port where receivers ask, UDP, at the address of the sender's interface; 0: any that is free, for those who are handed
 *     off only. Whoever is served sends to a further port, which the system chooses
 * @param maximumReceivers most that are served at a time, 1 to 64; whoever comes then is asked to wait. Each takes up to 16 MiB
 *     outside the heap, and threads of its own
 * @param lastReceivers at most so many that are left at the end are handed off, if that is cheaper; 0 to {@code maximumReceivers}
 * @param multicastCost how many times a byte to the group costs what a byte to one machine does, at least 1; see {@link #forTheLast}
 */
public record UnicastPolicy(int port, int maximumReceivers, int lastReceivers, double multicastCost) {
    private static final int USUAL_RECEIVERS = 8;
    private static final int MOST_RECEIVERS = 64;

    /** Refuses what is out of bounds. */
    public UnicastPolicy {
        check(port >= 0 && port <= 65_535, "port " + port + " is not within 0 to 65,535");
        check(
                maximumReceivers >= 1 && maximumReceivers <= MOST_RECEIVERS,
                maximumReceivers + " receivers by unicast are not within 1 to " + MOST_RECEIVERS);
        check(
                lastReceivers >= 0 && lastReceivers <= maximumReceivers,
                "the last " + lastReceivers + " receivers are not within 0 to " + maximumReceivers
                        + ", which is how many may be served by unicast");
        check(
                multicastCost >= 1 && multicastCost <= 1e6,
                "a multicast cost of " + multicastCost + " is not within 1 to 1,000,000");
    }

    private static void check(boolean holds, String fault) {
        if (!holds) {
            throw new IllegalArgumentException(fault);
        }
    }

    /** Serves up to 8 machines at a time: those that ask at {@code port}, and those that are handed off. */
    public static UnicastPolicy at(int port) {
        return new UnicastPolicy(port, USUAL_RECEIVERS, 0, 1);
    }

    /** As {@link #at}, at a port that is free: serves those that are handed off. */
    public static UnicastPolicy forThoseHandedOff() {
        return at(0);
    }

    /** Returns the same for so many machines at a time. */
    public UnicastPolicy atMost(int receivers) {
        return new UnicastPolicy(port, receivers, Math.min(lastReceivers, receivers), multicastCost);
    }

    /**
     * Returns the same; besides, when all has been sent once and no more than so many receivers are left, they are handed off if
     * that is cheaper: if what they lack, added up, costs less than what one of them lacks, sent to the group. The log says so.
     *
     * @param cost 1 where a switch sends multicast on to those ports only that want it; 10 to 50 on Wi-Fi, which sends multicast
     *     at its lowest rate; where switches do not know who listens, about as many as there are machines on the network
     */
    public UnicastPolicy forTheLast(int receivers, double cost) {
        return new UnicastPolicy(port, maximumReceivers, receivers, cost);
    }
}

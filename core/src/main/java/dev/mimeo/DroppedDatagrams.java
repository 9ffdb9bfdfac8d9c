package dev.mimeo;

/**
 * Datagrams that were received in one transfer and changed nothing, by the reason; where there is an attack, or somebody has
 * the wrong key, it shows here. What the network drops is not known. Repeated content is none of these, see {@link
 * ReceiveReport#duplicates}.
 *
 * @param malformed no messages, or with values that are out of bounds; the tail of one that was cut off, or longer than it says
 * @param foreign of other sessions, of other senders, or of a kind that is unknown or none of our business
 * @param unauthentic with a group key: not sealed, or sealed with another key, or changed on the way; without: sealed
 * @param replayed with a group key: heard before, too old to tell, or of a session that is over; an honest network repeats a
 *     datagram now and then
 * @param untried with a group key: of senders and receivers that had not been heard before, while so many others were not
 *     authentic that only some were tried
 * @param overrun that the operating system dropped, since they were not taken from it in time: the machine is too busy, or
 *     receive buffers are too small. As far as it tells: on Linux, of all members of the group on the machine, and several in a
 *     row may count as one; elsewhere 0
 */
public record DroppedDatagrams(
        long malformed, long foreign, long unauthentic, long replayed, long untried, long overrun) {
    /** None of any kind. */
    public static final DroppedDatagrams NONE = new DroppedDatagrams(0, 0, 0, 0, 0, 0);

    /** Returns all of them. */
    public long total() {
        return malformed + foreign + unauthentic + replayed + untried + overrun;
    }

    /** Returns these and {@code more}. */
    public DroppedDatagrams plus(DroppedDatagrams more) {
        return new DroppedDatagrams(
                malformed + more.malformed,
                foreign + more.foreign,
                unauthentic + more.unauthentic,
                replayed + more.replayed,
                untried + more.untried,
                overrun + more.overrun);
    }

    /** Returns what has been added since {@code earlier}. */
    public DroppedDatagrams since(DroppedDatagrams earlier) {
        return new DroppedDatagrams(
                malformed - earlier.malformed,
                foreign - earlier.foreign,
                unauthentic - earlier.unauthentic,
                replayed - earlier.replayed,
                untried - earlier.untried,
                overrun - earlier.overrun);
    }
}

package dev.mimeo;

/**
 * Datagrams that were received in one transfer and changed nothing, by the reason; where there is an attack, or somebody has
 * the wrong key, it shows here. What is dropped before that, by the network or the operating system, is not known. Repeated
 * content is none of these, see {@link ReceiveReport#duplicates}.
 *
 * @param malformed no messages, or with values that are out of bounds; the tail of one that was cut off, or longer than it says
 * @param foreign of other sessions, of other senders, or of a kind that is unknown or none of our business
 * @param unauthentic with a group key: not sealed, or sealed with another key, or changed on the way; without: sealed
 * @param replayed with a group key: heard before, too old to tell, or of a session that is over; an honest network repeats a
 *     datagram now and then
 * @param untried with a group key: of senders and receivers that had not been heard before, while so many others were not
 *     authentic that only some were tried
 */
public record DroppedDatagrams(long malformed, long foreign, long unauthentic, long replayed, long untried) {
    /** None of any kind. */
    public static final DroppedDatagrams NONE = new DroppedDatagrams(0, 0, 0, 0, 0);

    /** Returns all of them. */
    public long total() {
        return malformed + foreign + unauthentic + replayed + untried;
    }

    /** Returns these and some more that are malformed, or foreign. */
    public DroppedDatagrams plus(long moreMalformed, long moreForeign) {
        return new DroppedDatagrams(malformed + moreMalformed, foreign + moreForeign, unauthentic, replayed, untried);
    }

    /** Returns what has been added since {@code earlier}. */
    public DroppedDatagrams since(DroppedDatagrams earlier) {
        return new DroppedDatagrams(
                malformed - earlier.malformed,
                foreign - earlier.foreign,
                unauthentic - earlier.unauthentic,
                replayed - earlier.replayed,
                untried - earlier.untried);
    }
}

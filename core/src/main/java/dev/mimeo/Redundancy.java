package dev.mimeo;

/**
 * How much parity is sent unasked: it repairs losses before anybody has to ask, and costs rate where nothing is lost.
 *
 * @param percent parity symbols for every hundred source symbols, at least: 0 to 100, rounded up for each block and bounded by
 *     its parity count
 * @param isAdaptive whether as much is sent as most blocks turn out to need, if that is more
 */
public record Redundancy(int percent, boolean isAdaptive) {
    /** No parity is sent unasked. */
    public static final Redundancy NONE = percent(0);

    /** Refuses what is no percentage. */
    public Redundancy {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("a redundancy of " + percent + " percent is not within 0 to 100");
        }
    }

    /** Returns a redundancy of so many parity symbols for every hundred source symbols: 0 to 100. */
    public static Redundancy percent(int percent) {
        return new Redundancy(percent, false);
    }

    /**
     * Returns a redundancy that follows what receivers lack: none while nothing is lost; where blocks need repair, so many parity
     * symbols that one block in five needs more, at most a quarter of a block and half of its parity. What is still lacking is repaired
     * when a receiver asks.
     */
    public static Redundancy adaptive() {
        return new Redundancy(0, true);
    }
}

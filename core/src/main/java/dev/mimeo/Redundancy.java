package dev.mimeo;

/**
 * How much parity is sent unasked: it repairs losses before anybody has to ask, and costs rate where nothing is lost.
 *
 * @param percent parity symbols for every hundred source symbols: 0 to 100, rounded up for each block and bounded by its
 *     parity count
 */
public record Redundancy(int percent) {
    /** No parity is sent unasked. */
    public static final Redundancy NONE = new Redundancy(0);

    /** Refuses what is no percentage. */
    public Redundancy {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("a redundancy of " + percent + " percent is not within 0 to 100");
        }
    }

    /** Returns a redundancy of so many parity symbols for every hundred source symbols: 0 to 100. */
    public static Redundancy percent(int percent) {
        return new Redundancy(percent);
    }
}

package dev.mimeo;

/**
 * How fast a sender may send, counting UDP payload.
 *
 * @param bitsPerSecond at least 8,000
 */
public record DataRate(long bitsPerSecond) {
    /** Refuses less than 8,000 bit/s, at which not even one datagram a second leaves. */
    public DataRate {
        if (bitsPerSecond < 8_000) {
            throw new IllegalArgumentException("a rate of " + bitsPerSecond + " bit/s is below 8,000");
        }
    }

    /** Returns a rate of so many times 1,000,000 bit/s. */
    public static DataRate ofMegabits(long megabitsPerSecond) {
        return new DataRate(Math.multiplyExact(megabitsPerSecond, 1_000_000));
    }

    /** Returns the rate in bytes per second. */
    public long bytesPerSecond() {
        return bitsPerSecond / 8;
    }
}

package dev.mimeo.protocol.seal;

import java.util.Arrays;

/**
 * Which packets of one origin were accepted: every counter once (the idea is that of RFC 4303, section 3.4.3). Counters behind
 * the highest by its size or more count as accepted. Asked before the tag is checked, told after: a forgery moves nothing.
 */
public final class ReplayWindow {
    private final long[] accepted;
    private final int mask;
    /** One above the highest that was accepted. */
    private long next;

    /** Starts with nothing accepted; {@code size} is a power of two, at least 64. */
    public ReplayWindow(int size) {
        if (size < Long.SIZE || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("a window of " + size + " is no power of two from 64 on");
        }
        accepted = new long[size / Long.SIZE];
        mask = size - 1;
    }

    /** Returns whether a counter may still be accepted. */
    public boolean isNew(long counter) {
        return counter >= next || next - counter <= mask + 1L && (accepted[word(counter)] & 1L << counter) == 0;
    }

    /** Notes that the packet of a new counter is authentic. */
    public void accept(long counter) {
        if (counter >= next) {
            advance(counter);
        }
        accepted[word(counter)] |= 1L << counter;
    }

    private void advance(long counter) {
        if (counter - next > mask) {
            Arrays.fill(accepted, 0);
        } else {
            for (long each = next; each <= counter; each++) {
                accepted[word(each)] &= ~(1L << each);
            }
        }
        next = counter + 1;
    }

    private int word(long counter) {
        return (int) (counter & mask) / Long.SIZE;
    }
}

package dev.mimeo.protocol.kit;

import java.util.Arrays;

/** One datagram that arrives at several nodes at the same time: an event for all of them. Reused. */
final class Flight {
    private long[] recipients = new long[2];
    private int highest = -1;

    Datagram datagram;
    long atNanos;

    void open(Datagram datagram, long atNanos) {
        this.datagram = datagram;
        this.atNanos = atNanos;
        datagram.hold();
    }

    void add(int node) {
        int word = node >>> 6;
        if (word >= recipients.length) {
            recipients = Arrays.copyOf(recipients, Math.max(2 * recipients.length, word + 1));
        }
        recipients[word] |= 1L << node;
        highest = Math.max(highest, node);
    }

    /** Takes the recipient with the lowest number at or after {@code from} out, or returns -1. */
    int takeNext(int from) {
        for (int word = from >>> 6; word <= highest >>> 6; word++) {
            if (recipients[word] != 0) {
                int node = (word << 6) + Long.numberOfTrailingZeros(recipients[word]);
                recipients[word] &= recipients[word] - 1;
                return node;
            }
        }
        highest = -1;
        return -1;
    }

    boolean contains(int node) {
        return node <= highest && (recipients[node >>> 6] & 1L << node) != 0;
    }
}

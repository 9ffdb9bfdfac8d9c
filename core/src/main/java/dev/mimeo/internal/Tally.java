package dev.mimeo.internal;

import dev.mimeo.protocol.receiver.ReceiverStatistics;

/** What a receiver has heard and said in all sessions of one transfer. */
record Tally(long datagrams, long bytes, long duplicates, long withoutRoom, long malformed, long foreign, long nacks) {
    static final Tally NOTHING = new Tally(0, 0, 0, 0, 0, 0, 0);

    Tally plus(ReceiverStatistics more) {
        return new Tally(
                datagrams + more.datagrams(),
                bytes + more.bytes(),
                duplicates + more.duplicates(),
                withoutRoom + more.withoutRoom(),
                malformed + more.malformed(),
                foreign + more.foreign() + more.unknown(),
                nacks + more.nacks());
    }
}

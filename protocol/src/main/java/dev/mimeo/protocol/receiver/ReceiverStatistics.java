package dev.mimeo.protocol.receiver;

/**
 * What a receiver has heard and said so far.
 *
 * @param datagrams heard, of every kind, from anybody
 * @param bytes in them, UDP payload
 * @param fullSymbols heard that are as long as symbols of their object can be; a path that is too narrow lets none through
 * @param symbols that were placed
 * @param duplicates symbols that were here already, or of blocks that were
 * @param withoutRoom symbols dropped because no block was free in the pool
 * @param malformed datagrams refused
 * @param unknown datagrams of an unknown type
 * @param foreign datagrams of other senders and of former instances
 * @param nacks NACK messages sent
 * @param suppressed NACK cycles that others had asked for already
 */
public record ReceiverStatistics(
        long datagrams,
        long bytes,
        long fullSymbols,
        long symbols,
        long duplicates,
        long withoutRoom,
        long malformed,
        long unknown,
        long foreign,
        long nacks,
        long suppressed) {}

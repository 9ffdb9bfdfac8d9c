package dev.mimeo.protocol.sender;

/**
 * What a sender has done so far.
 *
 * @param datagrams sent, of every kind
 * @param bytes in them, UDP payload
 * @param sourceBytes payload of source symbols sent in the first pass
 * @param proactiveBytes payload of parity symbols sent unasked
 * @param repairBytes payload of symbols sent on request
 * @param firstPassBytes payload of source symbols that the first pass will send in all
 * @param nacks NACK messages heard
 * @param malformed datagrams refused
 * @param unknown datagrams of an unknown type, or of no concern
 * @param grttNanos the group round trip time as it is advertised
 * @param bytesPerSecond the rate as it is now, UDP payload
 */
public record SenderStatistics(
        long datagrams,
        long bytes,
        long sourceBytes,
        long proactiveBytes,
        long repairBytes,
        long firstPassBytes,
        long nacks,
        long malformed,
        long unknown,
        long grttNanos,
        long bytesPerSecond) {}

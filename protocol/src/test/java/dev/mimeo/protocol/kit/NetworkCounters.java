package dev.mimeo.protocol.kit;

/**
 * What a network has done so far. A multicast is sent once; everything after that is counted for each recipient.
 *
 * @param sent datagrams that nodes sent
 * @param bytes in them, UDP payload
 * @param delivered handed to a recipient
 * @param lost by a link; on an outbound link once for all recipients
 * @param absent for recipients that were not running
 * @param duplicated copies made by links
 * @param reordered held back by links
 * @param corrupted had bits inverted
 * @param truncated cut short
 */
public record NetworkCounters(
        long sent,
        long bytes,
        long delivered,
        long lost,
        long absent,
        long duplicated,
        long reordered,
        long corrupted,
        long truncated) {}

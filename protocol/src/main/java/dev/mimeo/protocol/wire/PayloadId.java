package dev.mimeo.protocol.wire;

/**
 * A FEC Payload ID: a symbol's place in its object (RFC 5052, section 6.1).
 *
 * @param blockNumber the source block number (SBN)
 * @param blockLength the number of source symbols of the block, or 0 where the FEC scheme does not carry it
 * @param symbolId the encoding symbol id (ESI); at or beyond the block length it is parity
 */
public record PayloadId(long blockNumber, int blockLength, int symbolId) {}

package dev.mimeo.protocol.sender;

/** One rate, whatever receivers tell: for closed networks (RFC 5740, section 5.5.2). */
record FixedRate(long bytesPerSecond) implements RateControl {}

package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.ObjectId;

/** A position in a sender's stream of objects: what FLUSH asks about and ACK(FLUSH) echoes, and an item of a request. */
public record Watermark(FecEncoding encoding, ObjectId object, PayloadId payloadId) {}

package dev.mimeo.internal;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.wire.DataHeader;
import dev.mimeo.protocol.wire.Flush;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.Message;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.MessageType;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.RepairAdvertisement;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.Squelch;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * What Wireshark 4.0 calls malformed although it is as RFC 5740 draws it, all there is. Besides, it does not look into what
 * depends on the payload id of FEC Encoding ID 5, nor into the payload of NORM_ACK(FLUSH), and finds nothing wrong there.
 */
enum DissectorGap {
    /** Reads each object id of NORM_CMD(SQUELCH), 16 bits (section 4.2.3.3), as 32: past the end. */
    SQUELCHED_OBJECTS(message ->
            message instanceof Squelch squelch && !squelch.invalidObjects().isEmpty()),

    /** Takes the payload id of FEC Encoding ID 2, 32 bits (RFC 5510, section 4.1), for 64, and finds nonsense behind it. */
    PAYLOAD_ID_OF_FEC_2(message -> encodings(message).stream().anyMatch(encoding -> encoding.id() == 2));

    private final Predicate<Message> covers;

    DissectorGap(Predicate<Message> covers) {
        this.covers = covers;
    }

    /** Returns whether a datagram is one that the dissector gets wrong. */
    static boolean covers(ByteBuffer datagram) throws MalformedDatagramException {
        if (MessageCodec.type(datagram).orElseThrow() == MessageType.DATA) {
            return new DataHeader().wrap(datagram).encoding().id() == 2;
        }
        Message message = MessageCodec.decode(datagram);
        return Arrays.stream(values()).anyMatch(gap -> gap.covers.test(message));
    }

    private static List<FecEncoding> encodings(Message message) {
        if (message instanceof Flush flush) {
            return List.of(flush.position().encoding());
        }
        if (message instanceof Squelch squelch) {
            return List.of(squelch.windowStart().encoding());
        }
        if (message instanceof RepairAdvertisement advertisement) {
            return encodings(advertisement.requests());
        }
        return message instanceof Nack nack ? encodings(nack.requests()) : List.of();
    }

    private static List<FecEncoding> encodings(List<RepairRequest> requests) {
        return requests.stream()
                .flatMap(request -> request.items().stream())
                .map(item -> item.encoding())
                .toList();
    }
}

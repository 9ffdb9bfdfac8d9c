package dev.mimeo.internal;

import dev.mimeo.protocol.seal.SealDirection;
import dev.mimeo.protocol.seal.SealHeader;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.MessageType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;

/**
 * Listens whether somebody sends to a group already (the idea is that of RFC 2974, section 3): in the clear, or sealed with
 * whatever key, of which nothing but the header is looked at.
 */
final class GroupProbe {
    private static final Set<MessageType> OF_SENDERS = EnumSet.of(MessageType.INFO, MessageType.DATA, MessageType.CMD);
    /** Interruption is looked for so often. */
    private static final long SLICE_NANOS = 50_000_000;

    private GroupProbe() {}

    /** Returns whether no sender of NORM was heard for {@code nanos}; what was heard is gone. */
    static boolean isQuiet(MulticastPort port, long nanos) throws IOException, InterruptedException {
        Inbound inbound = new Inbound();
        SessionClock clock = new SessionClock();
        for (long left = nanos; left > 0; left = nanos - clock.nanos()) {
            while (port.receive(inbound)) {
                if (isOfSender(inbound.datagram())) {
                    return false;
                }
            }
            port.await(Math.min(left, SLICE_NANOS));
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while it listened whether the group is in use");
            }
        }
        return true;
    }

    /** Returns whether a datagram is of a sender of NORM, sealed or not. */
    static boolean isOfSender(ByteBuffer datagram) {
        try {
            if (SealHeader.isSealed(datagram)) {
                SealHeader header = new SealHeader();
                header.read(datagram);
                return header.direction() == SealDirection.FROM_SENDER;
            }
            return MessageCodec.type(datagram).filter(OF_SENDERS::contains).isPresent();
        } catch (MalformedDatagramException e) {
            return false;
        }
    }
}

package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.Message;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.MessageType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A datagram on its way: who sent it, when, to whom, and its bytes. Loss models and taps look at it; it is valid during
 * the call that it is passed to, since its memory is used again afterwards.
 *
 * <p>One copy is shared by everyone whom the datagram reaches. It lies between poisoned bytes, so that a machine that
 * reads before the position, beyond the limit, or after it has returned, reads garbage.
 */
public final class Datagram {
    private static final int MARGIN = 8;
    private static final byte POISON = (byte) 0xa5;
    private static final MessageType[] TYPES = typesByCode();

    private final CRC32 crc = new CRC32();
    private byte[] memory = new byte[0];
    private ByteBuffer view = ByteBuffer.wrap(memory);
    private int length;
    private NodeId origin = NodeId.NONE;
    private NodeId destination = NodeId.NONE;
    private long sentNanos;
    private long number;
    private int hash;
    private Optional<Message> message;
    private int holders;

    Datagram() {}

    /** Becomes a datagram with the bytes from position to limit of {@code content}, which keeps both. */
    void open(NodeId origin, NodeId destination, long sentNanos, long number, ByteBuffer content) {
        this.origin = origin;
        this.destination = destination;
        this.sentNanos = sentNanos;
        this.number = number;
        length = content.remaining();
        if (memory.length < length + 2 * MARGIN) {
            memory = new byte[Math.max(2048, length + 2 * MARGIN)];
            Arrays.fill(memory, POISON);
            view = ByteBuffer.wrap(memory).asReadOnlyBuffer();
        }
        content.get(content.position(), memory, MARGIN, length);
        seal();
    }

    private void seal() {
        view.limit(MARGIN + length).position(MARGIN);
        crc.reset();
        crc.update(memory, MARGIN, length);
        hash = (int) crc.getValue();
        message = null;
    }

    /** Makes what is left behind recognisable. */
    void poison() {
        Arrays.fill(memory, MARGIN, MARGIN + length, POISON);
    }

    void hold() {
        holders++;
    }

    /** Returns whether nobody holds it any more. */
    boolean letGo() {
        return --holders == 0;
    }

    /** Inverts one bit. */
    void flip(int bit) {
        memory[MARGIN + (bit >>> 3)] ^= (byte) (1 << (bit & 7));
        seal();
    }

    /** Cuts it short. */
    void truncate(int newLength) {
        Arrays.fill(memory, MARGIN + newLength, MARGIN + length, POISON);
        length = newLength;
        seal();
    }

    /** Position to limit, read only, the same for every reader; whoever moves its position or limit has to be blamed. */
    ByteBuffer view() {
        return view;
    }

    /** Puts back what a machine must not change; returns whether it had. */
    boolean restoreView() {
        if (view.position() == MARGIN && view.limit() == MARGIN + length) {
            return false;
        }
        view.limit(MARGIN + length).position(MARGIN);
        return true;
    }

    int hash() {
        return hash;
    }

    /** Returns the four bits that name the type, 0 to 15, or 0 if the datagram is empty. */
    int typeCode() {
        return length == 0 ? 0 : memory[MARGIN] & 0x0f;
    }

    /** Returns the node that put it on the wire; a forged one may claim another in its bytes. */
    public NodeId origin() {
        return origin;
    }

    /** Returns who it was sent to: {@link NodeId#ANY} is the group. */
    public NodeId destination() {
        return destination;
    }

    /** Returns whether it was sent to the group. */
    public boolean isToGroup() {
        return destination.equals(NodeId.ANY);
    }

    /** Returns when it was sent, in the simulation's time. */
    public long sentNanos() {
        return sentNanos;
    }

    /** Returns which datagram of the network it is, from 1; duplicates share the number of what they double. */
    public long number() {
        return number;
    }

    /** Returns its length in bytes: UDP payload. */
    public int length() {
        return length;
    }

    /** Returns its bytes, position 0 to limit, read only, as a buffer of the caller's own. */
    public ByteBuffer bytes() {
        return view.slice();
    }

    /** Returns the type its first byte states, without checking anything else, or empty if there is none of that code. */
    public Optional<MessageType> type() {
        return Optional.ofNullable(TYPES[typeCode()]);
    }

    /** Returns whether its first byte states this type. */
    public boolean is(MessageType type) {
        return TYPES[typeCode()] == type;
    }

    /** Returns whether it is a whole valid message of this kind, {@code Flush.class} for instance. */
    public boolean is(Class<? extends Message> kind) {
        return message().map(kind::isInstance).orElse(false);
    }

    /** Returns whether it carries no content of an object: neither NORM_DATA nor NORM_INFO. */
    public boolean isControl() {
        return !is(MessageType.DATA) && !is(MessageType.INFO);
    }

    /** Returns what it says; empty if it is NORM_DATA, malformed, or nothing of NORM. Decoded once. */
    public Optional<Message> message() {
        if (message == null) {
            message = decode();
        }
        return message;
    }

    private Optional<Message> decode() {
        if (TYPES[typeCode()] == null || is(MessageType.DATA)) {
            return Optional.empty();
        }
        try {
            return MessageCodec.type(bytes()).isEmpty() ? Optional.empty() : Optional.of(MessageCodec.decode(bytes()));
        } catch (MalformedDatagramException refused) {
            return Optional.empty();
        }
    }

    /** Says in a few words what it is. */
    @Override
    public String toString() {
        return DatagramSummary.of(this);
    }

    private static MessageType[] typesByCode() {
        MessageType[] types = new MessageType[16];
        for (MessageType type : MessageType.values()) {
            types[type.code()] = type;
        }
        return types;
    }
}

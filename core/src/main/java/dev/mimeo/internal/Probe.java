package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Optional;

/**
 * A probe of the network, or the answer to one: a datagram that is none of NORM, whose first byte would begin with 1, and is
 * not sealed.
 *
 * <pre>
 * +------+------+------+------+
 * | 0xc1 | flags| reply|  0   |   flags: 1 answer, 2 sent to the group, 4 joined anew
 * +------+------+------+------+
 * |   number    |    late     |
 * +------+------+------+------+
 * |            run            |
 * |                           |
 * +------+------+------+------+
 * |     group (a hash)        |
 * +------+------+------+------+
 * |   heard: 128 bytes        |
 * </pre>
 *
 * @param isAnswer else it is a probe
 * @param toGroup of a probe: whether it was sent to the group; of an answer, false
 * @param reply of a probe: how to answer; of an answer: how it was sent
 * @param number of a probe to the group: its own, 0 to 1,023; of another probe, that of the last to the group; of an answer,
 *     that of the probe
 * @param late of an answer: how many probes arrived after a later one, 0 to 65,535
 * @param rejoined of an answer: whether the group was joined anew since nothing came from it
 * @param run chosen at random by who probes
 * @param group {@link #hash} of the group
 * @param heard of an answer: the numbers of the probes that came from the group
 */
record Probe(
        boolean isAnswer,
        boolean toGroup,
        Reply reply,
        int number,
        int late,
        boolean rejoined,
        long run,
        int group,
        BitSet heard) {
    /** How a probe wants to be answered. */
    enum Reply {
        /** Not at all. */
        NONE,
        /** From where it was received to where it came from: what firewalls take for an answer. */
        BACK,
        /** From a port of its own to where it came from. */
        UNICAST,
        /** To the group. */
        GROUP
    }

    /** Numbers of a run are below. */
    static final int MOST_NUMBERS = 1_024;

    private static final byte FIRST = (byte) 0xc1;
    private static final int ANSWER = 1;
    private static final int TO_GROUP = 2;
    private static final int REJOINED = 4;

    private static final int FLAGS = 1;
    private static final int REPLY = 2;
    private static final int NUMBER = 4;
    private static final int LATE = NUMBER + Short.BYTES;
    private static final int RUN = LATE + Short.BYTES;
    private static final int GROUP = RUN + Long.BYTES;
    private static final int HEARD = GROUP + Integer.BYTES;
    private static final int HEARD_LENGTH = MOST_NUMBERS / Byte.SIZE;

    /** Bytes of every answer, and the fewest of a probe. */
    static final int LENGTH = HEARD + HEARD_LENGTH;

    private static final int LARGEST_SHORT = 0xffff;

    /** Makes a probe. */
    static Probe of(boolean toGroup, Reply reply, int number, long run, MulticastGroup group) {
        return new Probe(false, toGroup, reply, number, 0, false, run, hash(group), new BitSet());
    }

    /** Makes the answer to this probe. */
    Probe answer(int lateCount, boolean hasRejoined, BitSet numbers) {
        return new Probe(
                true, false, reply, number, Math.min(lateCount, LARGEST_SHORT), hasRejoined, run, group, numbers);
    }

    /** Returns what tells groups apart where a socket hears several. */
    static int hash(MulticastGroup group) {
        return ByteBuffer.wrap(group.address().getAddress())
                        .getInt(group.address().getAddress().length - Integer.BYTES)
                ^ group.port();
    }

    /** Reads a datagram, from its position to its limit; empty if it is anything else, or a byte is not as it must be. */
    static Optional<Probe> decode(ByteBuffer in) {
        int start = in.position();
        if (in.remaining() < LENGTH || in.get(start) != FIRST) {
            return Optional.empty();
        }
        int flags = in.get(start + FLAGS);
        int reply = in.get(start + REPLY);
        int number = in.getShort(start + NUMBER);
        if ((flags & ~(ANSWER | TO_GROUP | REJOINED)) != 0
                || reply < 0
                || reply >= Reply.values().length
                || number < 0
                || number >= MOST_NUMBERS) {
            return Optional.empty();
        }
        return Optional.of(new Probe(
                (flags & ANSWER) != 0,
                (flags & TO_GROUP) != 0,
                Reply.values()[reply],
                number,
                in.getShort(start + LATE) & LARGEST_SHORT,
                (flags & REJOINED) != 0,
                in.getLong(start + RUN),
                in.getInt(start + GROUP),
                BitSet.valueOf(in.slice(start + HEARD, HEARD_LENGTH))));
    }

    /** Returns it as a datagram of {@code length} bytes, {@link #LENGTH} or more: zeros behind what it says. */
    ByteBuffer encode(int length) {
        ByteBuffer out = ByteBuffer.allocate(length);
        out.put(FIRST);
        out.put((byte) ((isAnswer ? ANSWER : 0) | (toGroup ? TO_GROUP : 0) | (rejoined ? REJOINED : 0)));
        out.put((byte) reply.ordinal()).put((byte) 0);
        out.putShort((short) number).putShort((short) late);
        out.putLong(run).putInt(group);
        out.put(heard.toByteArray());
        return out.rewind();
    }
}

package dev.mimeo.protocol.seal;

import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;

/**
 * The clear header of a sealed datagram: a view that is made once and reads one after the other. All of the header is
 * authenticated (the associated data of AES-GCM), so that nothing in it can be changed; behind it are the ciphertext of one
 * NORM message, as long as that, and the tag of 16 bytes.
 *
 * <pre>
 *   0      1      2                   18                26
 * +------+------+---------- ~ ------+-------- ~ ------+---------- ~ -------+-------- ~ -------+---- ~ ---+
 * | 0xe1 | dir. |    session id     |     counter     |    receiver id     |    ciphertext    |   tag    |
 * +------+------+---------- ~ ------+-------- ~ ------+---------- ~ -------+-------- ~ -------+---- ~ ---+
 *    1      1            16                  8            16, dir. 2 only      1 or more          16
 * </pre>
 *
 * <ul>
 * <li>0xe1: 14, where NORM has its version 1, and layout 1.
 * <li>direction: {@link SealDirection}.
 * <li>session id: of one start of the sender, at random. Feedback has that of the sender which it is for.
 * <li>counter: of packets that the origin has sealed, from 0 to 2^48 - 1, big-endian. Each is used once, also for what is sent
 *     again: a repair is a new packet. It is the nonce, so that nothing can contradict it, and its upper bits are the epoch:
 *     each key seals 2^22 packets, half of what RFC 9001, section 6.6, allows AES-128-GCM.
 * <li>receiver id: of one start of the receiver, at random; it has a key of its own.
 * </ul>
 *
 * <p>The nonce is the direction as 4 bytes, then the counter as 8.
 */
public final class SealHeader {
    /** Bytes of the tag. */
    public static final int TAG_LENGTH = 16;
    /** Bytes of the nonce. */
    public static final int NONCE_LENGTH = Integer.BYTES + Long.BYTES;
    /** Counters stay below: at a million packets a second, for nine years. */
    public static final long COUNTER_LIMIT = 1L << 48;
    /** What a datagram of a sender is longer sealed than clear. */
    public static final int SENDER_OVERHEAD;
    /** What a datagram of a receiver is longer sealed than clear. */
    public static final int FEEDBACK_OVERHEAD;

    private static final int EPOCH_SHIFT = 22;
    private static final int NIBBLE = 0xe0;
    private static final int LAYOUT = 1;
    private static final int DIRECTION = 1;
    private static final int SESSION = DIRECTION + 1;
    private static final int COUNTER = SESSION + SealId.LENGTH;
    private static final int RECEIVER = COUNTER + Long.BYTES;
    private static final int FEEDBACK_END = RECEIVER + SealId.LENGTH;

    static {
        SENDER_OVERHEAD = RECEIVER + TAG_LENGTH;
        FEEDBACK_OVERHEAD = FEEDBACK_END + TAG_LENGTH;
    }

    private SealDirection direction = SealDirection.FROM_SENDER;
    private long sessionHigh;
    private long sessionLow;
    private long counter;
    private long receiverHigh;
    private long receiverLow;

    /** Returns whether a datagram, at position 0, claims to be sealed, in whatever layout: NORM never begins like this. */
    public static boolean isSealed(ByteBuffer datagram) {
        return datagram.limit() > 0 && (datagram.get(0) & 0xf0) == NIBBLE;
    }

    /**
     * Reads the header of a datagram that reaches from 0 to its buffer's limit.
     *
     * @throws MalformedDatagramException if it is no sealed datagram of this layout; the view then holds nothing of use
     */
    public void read(ByteBuffer datagram) throws MalformedDatagramException {
        int length = datagram.limit();
        if (length <= SENDER_OVERHEAD) {
            throw new MalformedDatagramException(Reason.TRUNCATED, "it is too short to be sealed");
        }
        if ((datagram.get(0) & 0xff) != (NIBBLE | LAYOUT)) {
            throw new MalformedDatagramException(Reason.VERSION, "it is not sealed, or in another layout");
        }
        direction = direction(datagram.get(DIRECTION));
        sessionHigh = datagram.getLong(SESSION);
        sessionLow = datagram.getLong(SESSION + Long.BYTES);
        counter = datagram.getLong(COUNTER);
        if (counter < 0 || counter >= COUNTER_LIMIT) {
            throw new MalformedDatagramException(Reason.VALUE, "its counter is beyond any that is used");
        }
        if (direction == SealDirection.FEEDBACK) {
            if (length <= FEEDBACK_OVERHEAD) {
                throw new MalformedDatagramException(Reason.TRUNCATED, "it is too short to be sealed feedback");
            }
            receiverHigh = datagram.getLong(RECEIVER);
            receiverLow = datagram.getLong(RECEIVER + Long.BYTES);
        }
    }

    private static SealDirection direction(byte code) throws MalformedDatagramException {
        return switch (code) {
            case 1 -> SealDirection.FROM_SENDER;
            case 2 -> SealDirection.FEEDBACK;
            default -> throw new MalformedDatagramException(Reason.TYPE, "its direction is not known");
        };
    }

    /** Writes the header of a datagram of a sender at 0, and returns where the ciphertext begins. */
    public static int write(ByteBuffer out, SealId session, long counter) {
        write(out, SealDirection.FROM_SENDER, session, counter);
        return RECEIVER;
    }

    /** Writes the header of feedback at 0, and returns where the ciphertext begins. */
    public static int write(ByteBuffer out, SealId session, SealId receiver, long counter) {
        write(out, SealDirection.FEEDBACK, session, counter);
        out.putLong(RECEIVER, receiver.high()).putLong(RECEIVER + Long.BYTES, receiver.low());
        return FEEDBACK_END;
    }

    private static void write(ByteBuffer out, SealDirection direction, SealId session, long counter) {
        if (counter < 0 || counter >= COUNTER_LIMIT) {
            throw new IllegalArgumentException("counter " + counter + " is not within 0 to 2^48 - 1");
        }
        out.put(0, (byte) (NIBBLE | LAYOUT))
                .put(DIRECTION, (byte) direction.code())
                .putLong(SESSION, session.high())
                .putLong(SESSION + Long.BYTES, session.low())
                .putLong(COUNTER, counter);
    }

    /** Writes the nonce of a packet into {@code nonce}, which is {@link #NONCE_LENGTH} long. */
    public static void putNonce(byte[] nonce, SealDirection direction, long counter) {
        putBigEndian(nonce, 0, Integer.BYTES, direction.code());
        putBigEndian(nonce, Integer.BYTES, Long.BYTES, counter);
    }

    private static void putBigEndian(byte[] out, int at, int length, long value) {
        for (int i = 0; i < length; i++) {
            out[at + i] = (byte) (value >>> (length - 1 - i) * Byte.SIZE);
        }
    }

    /** Returns the epoch whose key seals the packet of a counter: 0 to 2^26 - 1. */
    public static int epoch(long counter) {
        return (int) (counter >>> EPOCH_SHIFT);
    }

    /** Returns bytes of the header: where the ciphertext begins. */
    public int length() {
        return direction == SealDirection.FEEDBACK ? FEEDBACK_END : RECEIVER;
    }

    /** Returns which way it goes. */
    public SealDirection direction() {
        return direction;
    }

    /** Returns the number of the packet. */
    public long counter() {
        return counter;
    }

    /** Returns which key it is sealed with. */
    public int epoch() {
        return epoch(counter);
    }

    /** Returns whether it is of that session. */
    public boolean isOf(SealId session) {
        return session.is(sessionHigh, sessionLow);
    }

    /** Returns whether it is feedback of that receiver. */
    public boolean isFrom(SealId receiver) {
        return direction == SealDirection.FEEDBACK && receiver.is(receiverHigh, receiverLow);
    }

    /** Returns the id of the session. */
    public SealId session() {
        return new SealId(sessionHigh, sessionLow);
    }

    /** Returns the id of the receiver; meaningless unless it is feedback. */
    public SealId receiver() {
        return new SealId(receiverHigh, receiverLow);
    }
}

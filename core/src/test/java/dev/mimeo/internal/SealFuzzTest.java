package dev.mimeo.internal;

import dev.mimeo.protocol.fuzz.FuzzTarget;
import dev.mimeo.protocol.seal.SealDirection;
import dev.mimeo.protocol.seal.SealHeader;
import dev.mimeo.protocol.seal.SealId;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Whatever comes to somebody who has the key: what opens is, bit for bit, what sealing the message gives. Since no fuzzer
 * finds a tag, an input may also be a message, sealed here under a counter that it chooses, of which one bit is then wrong.
 */
class SealFuzzTest extends FuzzTarget {
    private static final int LONGEST = 4_096;
    private static final SealId SESSION = new SealId(1, 2);
    private static final SealId RECEIVER = new SealId(3, 4);
    /** An input that begins so is a message; no sealed datagram does. */
    private static final byte MESSAGE = 0;
    /** Behind it, a counter and which bit is wrong. */
    private static final int MESSAGE_HEADER = Byte.BYTES + Long.BYTES + Short.BYTES;

    private final KeySchedule schedule = new KeySchedule(new byte[] {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6});
    private final PacketCipher opening = new PacketCipher();
    private final SealHeader header = new SealHeader();
    private final byte[] plain = new byte[LONGEST];

    @Override
    protected List<byte[]> seeds() {
        try {
            byte[] message = ByteBuffer.allocate(MESSAGE_HEADER + 20)
                    .putLong(1, 1L << 22)
                    .putShort(9, (short) 300)
                    .array();
            return List.of(
                    sealed(SealDirection.FROM_SENDER, SESSION, RECEIVER, 5, new byte[] {1, 2, 3}, 3),
                    sealed(SealDirection.FEEDBACK, SESSION, RECEIVER, 1L << 40, new byte[40], 40),
                    message);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected void run(byte[] input) throws Exception {
        if (input.length > LONGEST) {
            return;
        }
        if (input.length > MESSAGE_HEADER && input[0] == MESSAGE) {
            damaged(ByteBuffer.wrap(input));
        } else {
            opensAsSealed(input);
        }
    }

    private void damaged(ByteBuffer input) throws IOException {
        long counter = input.getLong(1) & SealHeader.COUNTER_LIMIT - 1;
        int length = input.limit() - MESSAGE_HEADER;
        byte[] message = Arrays.copyOfRange(input.array(), MESSAGE_HEADER, input.limit());
        SealDirection direction = counter % 2 == 0 ? SealDirection.FROM_SENDER : SealDirection.FEEDBACK;
        byte[] sealed = sealed(direction, SESSION, RECEIVER, counter, message, length);
        require(opensAsSealed(sealed), "does not open");
        require(Arrays.equals(plain, 0, length, message, 0, length), "opens as something else");
        int bit = (input.getShort(9) & 0xffff) % (sealed.length * Byte.SIZE);
        sealed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        require(!opensAsSealed(sealed), "opens with a wrong bit");
    }

    /** Returns whether a datagram opens; fails if it does, and is not what sealing its message gives. */
    private boolean opensAsSealed(byte[] datagram) throws IOException {
        try {
            header.read(ByteBuffer.wrap(datagram));
        } catch (MalformedDatagramException refused) {
            return false;
        }
        PacketKey key = key(header.direction(), header.session(), header.receiver(), header.epoch());
        int opened = opening.open(key, header, datagram, datagram.length, plain);
        if (opened == PacketCipher.FORGED) {
            return false;
        }
        byte[] again = sealed(header.direction(), header.session(), header.receiver(), header.counter(), plain, opened);
        require(Arrays.equals(again, datagram), "opens, and was not sealed so");
        return true;
    }

    private byte[] sealed(
            SealDirection direction, SealId session, SealId receiver, long counter, byte[] message, int length)
            throws IOException {
        byte[] sealed = new byte[LONGEST + SealHeader.FEEDBACK_OVERHEAD];
        ByteBuffer out = ByteBuffer.wrap(sealed);
        int headerLength = direction == SealDirection.FEEDBACK
                ? SealHeader.write(out, session, receiver, counter)
                : SealHeader.write(out, session, counter);
        PacketKey key = key(direction, session, receiver, SealHeader.epoch(counter));
        // A cipher of its own: one that seals twice with the same nonce refuses.
        int end = new PacketCipher().seal(key, direction, counter, message, length, sealed, headerLength);
        return Arrays.copyOf(sealed, end);
    }

    private PacketKey key(SealDirection direction, SealId session, SealId receiver, int epoch) throws IOException {
        byte[] secret = schedule.secret(session);
        return direction == SealDirection.FEEDBACK
                ? schedule.feedback(secret, receiver, epoch)
                : schedule.data(secret, epoch);
    }
}

package dev.mimeo.internal;

import dev.mimeo.protocol.seal.SealId;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * From the group key to the keys of packets, by HKDF over HMAC-SHA-256 (RFC 5869). Numbers are big-endian, labels ASCII, ids
 * 16 bytes, an epoch 4:
 *
 * <pre>
 * secret of a session  = Extract(salt = session id, key material = group key)                                  32 bytes
 * of its sender        = Expand(secret, "mimeo/data" | epoch, 16)                                             AES-128
 * of a receiver        = Expand(secret, "mimeo/feedback" | receiver id | epoch, 16)                           AES-128
 * of a {@link Knock}   = Expand(Extract(no salt, group key), "mimeo/knock", 32)                           HMAC-SHA-256
 * </pre>
 *
 * <p>A start of a sender has a session id of its own, and so keys of its own: a counter that begins again at 0 never meets a
 * key that it has met before. The same goes for a start of a receiver. {@code seal.txt} beside the tests has known answers.
 *
 * <p>Closed from any thread; then nothing is derived any more, from cleared bytes least of all.
 */
public final class KeySchedule implements Closeable {
    private static final byte[] DATA = "mimeo/data".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FEEDBACK = "mimeo/feedback".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KNOCK = "mimeo/knock".getBytes(StandardCharsets.US_ASCII);
    private static final int KNOCK_LENGTH = 32;

    private final Hkdf hkdf = new Hkdf();
    private final byte[] groupKey;
    private boolean closed;

    /** Takes charge of the bytes of the group key. */
    public KeySchedule(byte[] groupKey) {
        this.groupKey = groupKey;
    }

    /** Returns the secret of a session. */
    public synchronized byte[] secret(SealId session) throws ClosedChannelException {
        checkOpen();
        byte[] salt = ByteBuffer.allocate(SealId.LENGTH)
                .putLong(session.high())
                .putLong(session.low())
                .array();
        return hkdf.extract(salt, groupKey);
    }

    /** Returns the key of the sender in an epoch. */
    public synchronized PacketKey data(byte[] secret, int epoch) throws ClosedChannelException {
        checkOpen();
        byte[] info = ByteBuffer.allocate(DATA.length + Integer.BYTES)
                .put(DATA)
                .putInt(epoch)
                .array();
        return new PacketKey(hkdf.expand(secret, info, PacketKey.LENGTH));
    }

    /** Returns the key of a receiver in an epoch of its own. */
    public synchronized PacketKey feedback(byte[] secret, SealId receiver, int epoch) throws ClosedChannelException {
        checkOpen();
        byte[] info = ByteBuffer.allocate(FEEDBACK.length + SealId.LENGTH + Integer.BYTES)
                .put(FEEDBACK)
                .putLong(receiver.high())
                .putLong(receiver.low())
                .putInt(epoch)
                .array();
        return new PacketKey(hkdf.expand(secret, info, PacketKey.LENGTH));
    }

    /** Returns what authenticates those who ask for a session. */
    synchronized byte[] knock() throws ClosedChannelException {
        checkOpen();
        return hkdf.expand(hkdf.extract(new byte[0], groupKey), KNOCK, KNOCK_LENGTH);
    }

    private void checkOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(groupKey, (byte) 0);
    }
}

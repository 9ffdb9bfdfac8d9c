package dev.mimeo.internal;

import dev.mimeo.protocol.manifest.Names;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a {@link Knock} is written: a datagram of {@value #LENGTH} bytes, whatever it says, so that no answer is longer than what it
 * answers. It is none of NORM, whose first byte would begin with 1, and is not sealed. Numbers are big-endian.
 *
 * <pre>
 * +------+------+------+------+
 * | 0xc2 | kind |    port     |
 * +------+------+------+------+
 * |           nonce           |
 * |                           |
 * +------+------+------+------+
 * |           cookie          |
 * |                           |
 * +------+------+------+------+
 * |length|       text         |   UTF-8; zeros behind it
 * | tag: 16 bytes             |   HMAC-SHA-256 of all before it, cut off; zeros without a group key
 * </pre>
 *
 * <p>With a group key only who has it is heard. Confined to one thread at a time, but for closing.
 */
final class KnockCodec implements Closeable {
    static final int LENGTH = 256;

    private static final byte FIRST = (byte) 0xc2;
    private static final int TAG = 16;
    private static final int TEXT = 2 + Short.BYTES + 2 * Long.BYTES + 1;
    private static final int LONGEST_TEXT = LENGTH - TAG - TEXT;
    private static final Knock.Kind[] KINDS = Knock.Kind.values();

    private final Hkdf hkdf = new Hkdf();
    /** Empty without a group key. */
    private final Optional<byte[]> key;

    private KnockCodec(Optional<byte[]> key) {
        this.key = key;
    }

    /** Derives a key of its own from the group key, if there is one. */
    static KnockCodec of(Optional<GroupSecret> groupKey) {
        return new KnockCodec(groupKey.map(KnockCodec::derive));
    }

    private static byte[] derive(GroupSecret groupKey) {
        try (KeySchedule schedule = new KeySchedule(groupKey.copy())) {
            return schedule.knock();
        } catch (IOException e) {
            throw new AssertionError("the key schedule has just been made", e);
        }
    }

    /** Returns it as a datagram; text that is too long is cut. */
    ByteBuffer encode(Knock knock) {
        ByteBuffer out = ByteBuffer.allocate(LENGTH);
        byte[] text = Names.truncate(knock.text(), LONGEST_TEXT).getBytes(StandardCharsets.UTF_8);
        out.put(FIRST).put((byte) knock.kind().ordinal()).putShort((short) knock.port());
        out.putLong(knock.nonce()).putLong(knock.cookie());
        out.put((byte) text.length).put(text);
        return out.put(LENGTH - TAG, tag(out.array())).clear();
    }

    /** Reads a datagram, from its position to its limit; empty if it is anything else, or not of who has the group key. */
    Optional<Knock> decode(ByteBuffer in) {
        if (in.remaining() != LENGTH || in.get(in.position()) != FIRST) {
            return Optional.empty();
        }
        byte[] bytes = new byte[LENGTH];
        in.get(in.position(), bytes);
        ByteBuffer knock = ByteBuffer.wrap(bytes).position(1);
        int kind = knock.get() & 0xff;
        int port = knock.getShort() & 0xffff;
        long nonce = knock.getLong();
        long cookie = knock.getLong();
        int length = knock.get() & 0xff;
        if (!MessageDigest.isEqual(tag(bytes), Arrays.copyOfRange(bytes, LENGTH - TAG, LENGTH))
                || kind >= KINDS.length
                || length > LONGEST_TEXT) {
            return Optional.empty();
        }
        String text = Names.clean(new String(bytes, TEXT, length, StandardCharsets.UTF_8));
        return Optional.of(new Knock(KINDS[kind], nonce, cookie, port, text));
    }

    private byte[] tag(byte[] knock) {
        return key.map(secret -> Arrays.copyOf(hkdf.mac(secret, Arrays.copyOf(knock, LENGTH - TAG)), TAG))
                .orElseGet(() -> new byte[TAG]);
    }

    @Override
    public void close() {
        key.ifPresent(secret -> Arrays.fill(secret, (byte) 0));
    }
}

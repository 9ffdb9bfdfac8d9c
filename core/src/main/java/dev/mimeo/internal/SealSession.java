package dev.mimeo.internal;

import dev.mimeo.protocol.seal.SealId;
import java.util.Arrays;

/** One start of a sender: its secret, its packets, and the key that we seal with for it. */
final class SealSession {
    /** Packets overtake each other by less than this on any network that a class would sit in. */
    private static final int WINDOW = 4_096;

    final SealId id;
    final byte[] secret;
    final SealOrigin sender = new SealOrigin(WINDOW);
    /** The NORM node and instance that were last authenticated in it, see {@link SealedPort}; 0 before. */
    long start;

    private int epoch = -1;
    private PacketKey key;

    /** Takes charge of the secret. */
    SealSession(SealId id, byte[] secret) {
        this.id = id;
        this.secret = secret;
    }

    /** Returns the key that we seal with in an epoch, if it is that of the latest packet, or null. */
    PacketKey sealingKey(int wanted) {
        return wanted == epoch ? key : null;
    }

    /** Seals with {@code next} from now on. */
    void sealWith(PacketKey next, int nextEpoch) {
        if (key != null) {
            key.destroy();
        }
        key = next;
        epoch = nextEpoch;
    }

    void destroy() {
        Arrays.fill(secret, (byte) 0);
        sender.destroy();
        if (key != null) {
            key.destroy();
        }
    }
}

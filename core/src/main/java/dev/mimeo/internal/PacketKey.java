package dev.mimeo.internal;

import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * A key of AES-128 for one origin and epoch. Once destroyed, no cipher takes it: there is no moment at which it is all zeros
 * to anybody. What a cipher was given before stays in its memory until that is collected.
 */
public final class PacketKey implements SecretKey {
    /** Bytes in a key. */
    public static final int LENGTH = 16;

    private static final long serialVersionUID = 1L;

    /** Guarded by {@code this}; null when destroyed. */
    private transient byte[] bytes;

    /** Takes charge of the bytes. */
    public PacketKey(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public String getAlgorithm() {
        return "AES";
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    /** Returns a copy; null when destroyed. */
    @Override
    public synchronized byte[] getEncoded() {
        return bytes == null ? null : bytes.clone();
    }

    @Override
    public synchronized void destroy() {
        if (bytes != null) {
            Arrays.fill(bytes, (byte) 0);
            bytes = null;
        }
    }

    @Override
    public synchronized boolean isDestroyed() {
        return bytes == null;
    }

    @Override
    public String toString() {
        return "packet key";
    }
}

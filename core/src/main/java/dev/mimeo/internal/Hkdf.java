package dev.mimeo.internal;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF (RFC 5869) over HMAC-SHA-256. Confined to one thread at a time. */
final class Hkdf {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int HASH_LENGTH = 32;

    private final Mac mac;

    Hkdf() {
        try {
            mac = Mac.getInstance(ALGORITHM);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has HmacSHA256", e);
        }
    }

    /** Returns the pseudorandom key (section 2.2); {@code salt} may be empty. */
    byte[] extract(byte[] salt, byte[] inputKey) {
        return mac(salt.length == 0 ? new byte[HASH_LENGTH] : salt, inputKey);
    }

    /** Returns the HMAC-SHA-256 of a message (RFC 2104). */
    byte[] mac(byte[] key, byte[] message) {
        start(key);
        return mac.doFinal(message);
    }

    /** Returns so many bytes of key, at most 8,160 (section 2.3). */
    byte[] expand(byte[] pseudorandomKey, byte[] info, int length) {
        start(pseudorandomKey);
        byte[] out = new byte[length];
        byte[] block = {};
        for (int at = 0, number = 1; at < length; at += block.length, number++) {
            mac.update(block);
            mac.update(info);
            mac.update((byte) number);
            Arrays.fill(block, (byte) 0);
            block = mac.doFinal();
            System.arraycopy(block, 0, out, at, Math.min(block.length, length - at));
        }
        Arrays.fill(block, (byte) 0);
        return out;
    }

    private void start(byte[] key) {
        try {
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("HMAC takes any key", e);
        }
    }
}

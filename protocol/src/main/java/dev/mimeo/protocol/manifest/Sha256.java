package dev.mimeo.protocol.manifest;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 without its checked exceptions: every Java platform has it (see {@link MessageDigest}). */
final class Sha256 {
    /** Comes before the content of a leaf (RFC 9162, section 2.1.1). */
    static final byte LEAF = 0;
    /** Comes before the two children of a node (RFC 9162, section 2.1.1). */
    static final byte NODE = 1;

    private Sha256() {}

    static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("SHA-256 is missing", e);
        }
    }

    /** Puts the hash into {@code out} at {@code offset} and starts anew; no allocation. */
    static void finish(MessageDigest sha256, byte[] out, int offset) {
        try {
            sha256.digest(out, offset, Digest.LENGTH);
        } catch (DigestException e) {
            throw new AssertionError("32 bytes are enough for SHA-256", e);
        }
    }
}

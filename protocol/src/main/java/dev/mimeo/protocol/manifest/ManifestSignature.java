package dev.mimeo.protocol.manifest;

import java.util.Arrays;

/**
 * Who signed a manifest, and what came of it, as it stands in the manifest: 32 bytes of public key and 64 of signature
 * (Ed25519, RFC 8032), compared by content. A claim, until somebody who trusts that very key has verified it.
 *
 * <p>The whole key is named, not a shortened hash of it, so that no two keys share a name and that whoever refuses it can say
 * which one it was. It is never a reason to trust the key.
 */
public final class ManifestSignature {
    /** Length of a public key in bytes. */
    public static final int KEY_LENGTH = 32;
    /** Length of a signature in bytes. */
    public static final int SIGNATURE_LENGTH = 64;

    /** Of the value of the field. */
    static final int LENGTH = KEY_LENGTH + SIGNATURE_LENGTH;

    private final byte[] bytes;

    private ManifestSignature(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Copies a public key of 32 bytes (RFC 8032, section 5.1.5) and a signature of 64 (section 5.1.6). */
    public static ManifestSignature of(byte[] key, byte[] signature) {
        if (key.length != KEY_LENGTH || signature.length != SIGNATURE_LENGTH) {
            throw new IllegalArgumentException(
                    "a key of " + key.length + " bytes and a signature of " + signature.length + ", not of 32 and 64");
        }
        byte[] bytes = Arrays.copyOf(key, LENGTH);
        System.arraycopy(signature, 0, bytes, KEY_LENGTH, SIGNATURE_LENGTH);
        return new ManifestSignature(bytes);
    }

    /** Copies the value of a field, which has its length. */
    static ManifestSignature of(byte[] value) {
        return new ManifestSignature(value.clone());
    }

    /** Returns a copy of the public key. */
    public byte[] key() {
        return Arrays.copyOf(bytes, KEY_LENGTH);
    }

    /** Returns a copy of the signature. */
    public byte[] signature() {
        return Arrays.copyOfRange(bytes, KEY_LENGTH, LENGTH);
    }

    /** Returns a copy of both, as they are encoded. */
    byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ManifestSignature that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}

package dev.mimeo;

import dev.mimeo.internal.Ed25519;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;

/**
 * A public key (Ed25519, RFC 8032) whose images a receiver takes; see {@link ImageReceiver.Builder#trust}. Compared by content.
 * Any thread.
 */
public final class TrustedKey {
    private final byte[] encoded;
    private final String fingerprint;

    private TrustedKey(byte[] encoded) {
        this.encoded = encoded;
        this.fingerprint = Ed25519.fingerprint(encoded);
    }

    /**
     * Reads a public key from a PEM file (X.509): of {@link #write}, or of {@code openssl pkey -pubout}.
     *
     * @throws IOException if that is not possible; a {@link StorageException} that names the file
     */
    public static TrustedKey ofFile(Path file) throws IOException {
        return new TrustedKey(Ed25519.readPublic(file));
    }

    /**
     * Returns the public key of an X.509 encoding in Base64: of {@link #base64}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static TrustedKey of(String base64) {
        return ofEncoded(Base64.getDecoder().decode(base64.strip()));
    }

    /**
     * Returns the public key of an X.509 encoding.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static TrustedKey ofEncoded(byte[] encoded) {
        byte[] copy = encoded.clone();
        Ed25519.checkPublic(copy);
        return new TrustedKey(copy);
    }

    /** Returns what people compare to find out whether two keys are the same: SHA-256 of the encoding, 64 hexadecimal digits. */
    public String fingerprint() {
        return fingerprint;
    }

    /** Returns a copy of the X.509 encoding. */
    public byte[] encoded() {
        return encoded.clone();
    }

    /** Returns the X.509 encoding in Base64, on one line. */
    public String base64() {
        return Base64.getEncoder().encodeToString(encoded);
    }

    /**
     * Writes the key into a new PEM file. A file that is there is left as it is.
     *
     * @throws IOException if that is not possible; a {@link StorageException} that names the file
     */
    public void write(Path file) throws IOException {
        Ed25519.writePublic(file, encoded);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TrustedKey that && Arrays.equals(encoded, that.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    @Override
    public String toString() {
        return "key " + fingerprint;
    }
}

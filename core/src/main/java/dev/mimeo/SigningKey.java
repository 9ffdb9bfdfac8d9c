package dev.mimeo;

import dev.mimeo.internal.Ed25519Key;
import java.io.IOException;
import java.nio.file.Path;
import javax.security.auth.Destroyable;

/**
 * The private key by which whoever makes an image signs it ({@link ImageSource#signedBy}): Ed25519, RFC 8032. Receivers trust
 * its {@linkplain #publicKey() public key}. Keep the private key where images are made; a sender of an image that was
 * prepared and signed does not need it. Any thread.
 *
 * <p>Nothing of the private key is ever shown, logged or sent. After {@link #destroy} this object has forgotten it; copies that
 * the Java platform made while signing stay in memory until that is used for something else.
 */
public sealed interface SigningKey extends Destroyable permits Ed25519Key {
    /**
     * Makes a new pair of keys, at random.
     *
     * @throws IllegalStateException if this run-time image lacks Ed25519, which in Java 17 to 21 is in module jdk.crypto.ec
     */
    static SigningKey generate() {
        return Ed25519Key.generate();
    }

    /**
     * Reads a private key from a PEM file (PKCS#8, not encrypted): of {@link #write}, or of {@code openssl genpkey -algorithm
     * ed25519}.
     *
     * @throws IOException if that is not possible; a {@link StorageException} that names the file
     */
    static SigningKey ofFile(Path file) throws IOException {
        return Ed25519Key.ofFile(file);
    }

    /** Returns what receivers trust. */
    TrustedKey publicKey();

    /**
     * Writes the private key into a new PEM file, which on POSIX systems only its owner may read. A file that is there is left
     * as it is.
     *
     * @throws IOException if that is not possible; a {@link StorageException} that names the file
     * @throws IllegalStateException if the key was destroyed
     */
    void write(Path file) throws IOException;

    /** Overwrites the private key; signing with it is a mistake from now on. */
    @Override
    void destroy();

    @Override
    boolean isDestroyed();
}

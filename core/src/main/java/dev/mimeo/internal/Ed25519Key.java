package dev.mimeo.internal;

import dev.mimeo.SigningKey;
import dev.mimeo.StorageException;
import dev.mimeo.TrustedKey;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.ManifestCodec;
import dev.mimeo.protocol.manifest.ManifestSignature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** A pair of keys; the private one is kept in its encoding, which can be overwritten. */
public final class Ed25519Key implements SigningKey {
    private final TrustedKey publicKey;
    /** PKCS#8; all zeros once it is destroyed. Guarded by this. */
    private final byte[] encoded;

    private boolean destroyed;

    private Ed25519Key(Ed25519.Pair pair) {
        this.publicKey = TrustedKey.ofEncoded(pair.publicKey());
        this.encoded = pair.privateKey();
    }

    /** Makes a new pair. */
    public static Ed25519Key generate() {
        return new Ed25519Key(Ed25519.generate());
    }

    /** Reads a private key. */
    public static Ed25519Key ofFile(Path file) throws IOException {
        byte[] encoded = Pem.read(file, Pem.Label.PRIVATE_KEY);
        try {
            return new Ed25519Key(Ed25519.ofPrivate(encoded));
        } catch (IllegalArgumentException e) {
            throw new StorageException("Cannot use " + file + " as a key: " + e.getMessage(), e);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    @Override
    public TrustedKey publicKey() {
        return publicKey;
    }

    @Override
    public synchronized void write(Path file) throws IOException {
        checkNotDestroyed();
        Pem.write(file, Pem.Label.PRIVATE_KEY, encoded);
    }

    /** Returns the manifest, signed with this key in the place of a signature that it has. */
    synchronized Manifest sign(Manifest manifest) {
        checkNotDestroyed();
        Manifest unsigned = manifest.signed(Optional.empty());
        byte[] signature =
                Ed25519.sign(encoded, ManifestCodec.encodeInParts(unsigned).toArray(ByteBuffer[]::new));
        return unsigned.signed(Optional.of(ManifestSignature.of(Ed25519.raw(publicKey.encoded()), signature)));
    }

    private void checkNotDestroyed() {
        if (destroyed) {
            throw new IllegalStateException(this + " was destroyed");
        }
    }

    @Override
    public synchronized void destroy() {
        Arrays.fill(encoded, (byte) 0);
        destroyed = true;
    }

    @Override
    public synchronized boolean isDestroyed() {
        return destroyed;
    }

    /** Tells the public key only. */
    @Override
    public String toString() {
        return "signing key of " + publicKey;
    }
}

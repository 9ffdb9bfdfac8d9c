package dev.mimeo.internal;

import dev.mimeo.StorageException;
import dev.mimeo.protocol.manifest.ManifestSignature;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Ed25519 (RFC 8032) as the JDK has it; keys are in the encodings of RFC 8410, of which there is one for each. Any thread.
 *
 * <p>Whatever the platform cannot do is an {@link IllegalStateException} that says what is missing.
 */
public final class Ed25519 {
    private static final String NAME = "Ed25519";
    /** What precedes the 32 bytes of a public key in its X.509 encoding (RFC 8410, section 4). */
    private static final byte[] PUBLIC_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    /** What precedes the 32 bytes of a private key in its PKCS#8 encoding (RFC 8410, section 7). */
    private static final byte[] PRIVATE_PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private static final int PRIVATE_LENGTH = 32;

    private Ed25519() {}

    /**
     * A public key and its private key.
     *
     * @param publicKey X.509
     * @param privateKey PKCS#8
     */
    record Pair(byte[] publicKey, byte[] privateKey) {
        private static Pair of(KeyPair pair) {
            return new Pair(pair.getPublic().getEncoded(), pair.getPrivate().getEncoded());
        }

        /** Tells nothing. */
        @Override
        public String toString() {
            return "a pair of keys";
        }
    }

    static Pair generate() {
        try {
            return Pair.of(KeyPairGenerator.getInstance(NAME).generateKeyPair());
        } catch (NoSuchAlgorithmException e) {
            throw unavailable(e);
        }
    }

    /**
     * Returns the pair of a private key. The JDK computes public keys only for new pairs: it is made to draw this one.
     *
     * @throws IllegalArgumentException if it is no private key
     */
    static Pair ofPrivate(byte[] pkcs8) {
        if (pkcs8.length != PRIVATE_PREFIX.length + PRIVATE_LENGTH || !startsWith(pkcs8, PRIVATE_PREFIX)) {
            throw new IllegalArgumentException("it is not a private Ed25519 key in PKCS#8, without a password");
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(NAME);
            generator.initialize(NamedParameterSpec.ED25519, new Drawn(pkcs8));
            Pair pair = Pair.of(generator.generateKeyPair());
            if (!Arrays.equals(pair.privateKey(), pkcs8)) {
                throw new IllegalStateException(
                        "this Java platform makes keys in another way; mimeo cannot use it to sign");
            }
            return pair;
        } catch (NoSuchAlgorithmException e) {
            throw unavailable(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform cannot make keys", e);
        }
    }

    /** Draws the private key of an encoding, and nothing else. */
    private static final class Drawn extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private final transient byte[] pkcs8;

        Drawn(byte[] pkcs8) {
            this.pkcs8 = pkcs8;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (bytes.length != PRIVATE_LENGTH) {
                throw new IllegalStateException(bytes.length + " bytes were drawn for a private key");
            }
            System.arraycopy(pkcs8, PRIVATE_PREFIX.length, bytes, 0, PRIVATE_LENGTH);
        }
    }

    /** Refuses what is no public key, with {@link IllegalArgumentException}. */
    public static void checkPublic(byte[] x509) {
        publicKey(x509);
    }

    private static PublicKey publicKey(byte[] x509) {
        if (x509.length != PUBLIC_PREFIX.length + ManifestSignature.KEY_LENGTH || !startsWith(x509, PUBLIC_PREFIX)) {
            throw new IllegalArgumentException("it is not a public Ed25519 key in X.509");
        }
        try {
            return KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(x509));
        } catch (NoSuchAlgorithmException e) {
            throw unavailable(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("it is not a public Ed25519 key in X.509", e);
        }
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** Returns the 32 bytes of a public key (RFC 8032, section 5.1.5). */
    static byte[] raw(byte[] x509) {
        return Arrays.copyOfRange(x509, PUBLIC_PREFIX.length, x509.length);
    }

    /** Returns the encoding of the 32 bytes of a public key. */
    static byte[] x509(byte[] raw) {
        byte[] x509 = Arrays.copyOf(PUBLIC_PREFIX, PUBLIC_PREFIX.length + raw.length);
        System.arraycopy(raw, 0, x509, PUBLIC_PREFIX.length, raw.length);
        return x509;
    }

    /** Returns the SHA-256 of an encoding, 64 hexadecimal digits. */
    public static String fingerprint(byte[] x509) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(x509));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Reads a public key. */
    public static byte[] readPublic(Path file) throws StorageException {
        byte[] x509 = Pem.read(file, Pem.Label.PUBLIC_KEY);
        try {
            checkPublic(x509);
            return x509;
        } catch (IllegalArgumentException e) {
            throw new StorageException("Cannot use " + file + " as a key: " + e.getMessage(), e);
        }
    }

    /** Writes a public key into a new file. */
    public static void writePublic(Path file, byte[] x509) throws StorageException {
        Pem.write(file, Pem.Label.PUBLIC_KEY, x509);
    }

    /** Signs parts that follow each other, whatever their positions. */
    static byte[] sign(byte[] pkcs8, ByteBuffer... parts) {
        try {
            Signature signature = Signature.getInstance(NAME);
            signature.initSign(KeyFactory.getInstance(NAME).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
            for (ByteBuffer part : parts) {
                signature.update(part.duplicate());
            }
            return signature.sign();
        } catch (NoSuchAlgorithmException e) {
            throw unavailable(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform cannot sign", e);
        }
    }

    /** Returns whether {@code signed} is the signature of the bytes from position to limit. */
    static boolean verify(byte[] x509, byte[] signed, ByteBuffer bytes) {
        try {
            Signature signature = Signature.getInstance(NAME);
            signature.initVerify(publicKey(x509));
            signature.update(bytes.duplicate());
            return signature.verify(signed);
        } catch (NoSuchAlgorithmException e) {
            throw unavailable(e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // What is not even well formed is wrong.
            return false;
        }
    }

    private static IllegalStateException unavailable(NoSuchAlgorithmException e) {
        return new IllegalStateException(
                "This Java run-time image has no Ed25519, which signed images need. From Java 17 to 21 it is in module"
                        + " jdk.crypto.ec: make the image with jlink --add-modules jdk.crypto.ec",
                e);
    }
}

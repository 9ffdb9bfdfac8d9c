package dev.mimeo.internal;

import dev.mimeo.GroupKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** A group key: bytes that nobody sees. */
public final class GroupSecret implements GroupKey {
    private static final int USUAL_LENGTH = 32;
    private static final int SHORTEST = 16;
    private static final int LONGEST = 64;
    private static final int ITERATIONS = 600_000;
    private static final int SHORTEST_PASSPHRASE = 8;

    /** Guarded by {@code this}; null when closed. */
    private byte[] bytes;

    private GroupSecret(byte[] bytes) {
        this.bytes = bytes;
    }

    /** As {@link GroupKey#of}. */
    public static GroupSecret of(byte[] key) {
        Checks.check(
                key.length >= SHORTEST && key.length <= LONGEST,
                "a group key of %d bytes is not of 16 to 64; 32 random bytes are usual",
                key.length);
        int any = 0;
        for (byte each : key) {
            any |= each;
        }
        Checks.check(any != 0, "a group key of nothing but zeros is none");
        return new GroupSecret(key.clone());
    }

    /** As {@link GroupKey#random}. */
    public static GroupSecret random() {
        byte[] key = new byte[USUAL_LENGTH];
        new SecureRandom().nextBytes(key);
        return new GroupSecret(key);
    }

    /** As {@link GroupKey#ofPassphrase}. */
    public static GroupSecret ofPassphrase(char[] passphrase, String label) {
        Checks.check(
                passphrase.length >= SHORTEST_PASSPHRASE,
                "a passphrase of %d characters is too short; 8 are the least, six words drawn by lot are good",
                passphrase.length);
        Checks.check(!Checks.displayName(label).isEmpty(), "the label of a passphrase is empty");
        byte[] salt = ("mimeo passphrase " + label).getBytes(StandardCharsets.UTF_8);
        PBEKeySpec work = new PBEKeySpec(passphrase, salt, ITERATIONS, USUAL_LENGTH * Byte.SIZE);
        try {
            return new GroupSecret(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(work)
                    .getEncoded());
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has PBKDF2WithHmacSHA256", e);
        } finally {
            work.clearPassword();
        }
    }

    /** As {@link GroupKey#ofFile}. */
    public static GroupSecret ofFile(Path file) throws IOException {
        byte[] text = KeyFile.readSecret(file);
        byte[] key = {};
        try {
            key = hex(text);
            return of(key);
        } catch (IllegalArgumentException e) {
            // What is in the file is a secret all the same: not shown.
            throw new IOException(
                    "Cannot use " + file
                            + " as a group key: it does not hold 32 to 128 hexadecimal digits, not all of them 0, and nothing else");
        } finally {
            Arrays.fill(text, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] hex(byte[] text) {
        int from = 0;
        int to = text.length;
        while (from < to && Character.isWhitespace(text[from])) {
            from++;
        }
        while (from < to && Character.isWhitespace(text[to - 1])) {
            to--;
        }
        Checks.check((to - from) % 2 == 0, "an odd number of digits");
        byte[] bytes = new byte[(to - from) / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte)
                    (HexFormat.fromHexDigit(text[from + 2 * i]) << 4 | HexFormat.fromHexDigit(text[from + 2 * i + 1]));
        }
        return bytes;
    }

    @Override
    public void write(Path file) throws IOException {
        byte[] key = copy();
        byte[] text = (HexFormat.of().formatHex(key) + "\n").getBytes(StandardCharsets.US_ASCII);
        try {
            KeyFile.write(file, text, true);
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(text, (byte) 0);
        }
    }

    /** Refuses a key that is closed, before anything is opened with it. */
    synchronized void checkOpen() {
        if (bytes == null) {
            throw new IllegalStateException("the group key is closed; close it when what uses it is open, no sooner");
        }
    }

    /** Returns the bytes, for the caller to clear. */
    synchronized byte[] copy() {
        checkOpen();
        return bytes.clone();
    }

    /** Returns the same key, with a life of its own. */
    GroupSecret duplicate() {
        return new GroupSecret(copy());
    }

    @Override
    public synchronized void close() {
        if (bytes != null) {
            Arrays.fill(bytes, (byte) 0);
            bytes = null;
        }
    }

    @Override
    public String toString() {
        return "group key";
    }
}

package dev.mimeo;

import dev.mimeo.internal.GroupSecret;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What machines share so that nobody else can read, change or add anything: with it, every datagram is sealed with AES-128-GCM,
 * and a datagram that it does not open changes nothing and is never answered. Who has the key can send to the group and speak
 * for any receiver; the hashes of an image still tell what was damaged. Any thread.
 *
 * <p>Whoever opens something with a key keeps a copy: {@link #close} may follow at once. Keys are never shown, by
 * {@code toString()} neither.
 */
public sealed interface GroupKey extends AutoCloseable permits GroupSecret {
    /**
     * Returns the key of these bytes, which are copied: 16 to 64, as unpredictable as 16 random ones; 32 random bytes are
     * usual.
     *
     * @throws IllegalArgumentException if they are fewer, more, or all zero
     */
    static GroupKey of(byte[] key) {
        return GroupSecret.of(key);
    }

    /** Returns a new key of 32 random bytes. */
    static GroupKey random() {
        return GroupSecret.random();
    }

    /**
     * Reads a key from a file: 32 to 128 hexadecimal digits, and white space around them. Warns in the log if others than the
     * owner may read the file.
     *
     * @throws IOException if it cannot be read, or holds no key
     */
    static GroupKey ofFile(Path file) throws IOException {
        return GroupSecret.ofFile(file);
    }

    /**
     * Returns the key that a passphrase stands for: 32 bytes from PBKDF2WithHmacSHA256 with 600,000 iterations, which takes a
     * fraction of a second, so that guessing costs as much for every guess. Who hears one datagram can guess at home all the
     * same: prefer {@link #random}, or six words that were drawn by lot.
     *
     * @param passphrase at least 8 characters; the caller may clear it afterwards
     * @param label the salt, the same for all machines of a network and better not that of others: the name of the site,
     *     1 to 255 bytes of UTF-8
     */
    static GroupKey ofPassphrase(char[] passphrase, String label) {
        return GroupSecret.ofPassphrase(passphrase, label);
    }

    /**
     * Writes the key to a new file, as {@link #ofFile} reads it, for the owner alone where the file system knows owners.
     *
     * @throws IOException if it cannot be written, or there is a file already
     */
    void write(Path file) throws IOException;

    /** Clears the key: it opens nothing any more. What is open goes on. Does nothing when closed already. */
    @Override
    void close();
}

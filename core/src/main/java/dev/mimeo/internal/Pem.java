package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;

/** Files that hold one key as text (RFC 7468): PKCS#8 if it is private, X.509 if it is public. Any thread. */
final class Pem {
    /** What a file holds. */
    enum Label {
        PRIVATE_KEY("PRIVATE KEY"),
        PUBLIC_KEY("PUBLIC KEY");

        private final String text;

        Label(String text) {
            this.text = text;
        }

        private String begin() {
            return "-----BEGIN " + text + "-----";
        }

        private String end() {
            return "-----END " + text + "-----";
        }
    }

    private Pem() {}

    /** Returns what a file holds; warns in the log if it is private, and others than its owner may read it. */
    static byte[] read(Path path, Label label) throws StorageException {
        byte[] content = label == Label.PRIVATE_KEY ? KeyFile.readSecret(path) : KeyFile.read(path);
        try {
            return decode(new String(content, StandardCharsets.ISO_8859_1), label);
        } catch (IllegalArgumentException e) {
            throw new StorageException("Cannot use " + path + " as a key: " + e.getMessage(), e);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private static byte[] decode(String text, Label label) {
        int begin = text.indexOf(label.begin());
        int end = text.indexOf(label.end());
        if (begin < 0 || end < begin) {
            boolean isOther = Arrays.stream(Label.values()).anyMatch(other -> text.contains(other.begin()));
            throw new IllegalArgumentException("it has no line " + label.begin()
                    + (isOther ? "; it is the other key of its pair" : "; \"mimeo keygen\" writes keys"));
        }
        if (text.indexOf(label.begin(), end) >= 0) {
            throw new IllegalArgumentException("it holds more than one key");
        }
        return Base64.getMimeDecoder()
                .decode(text.substring(begin + label.begin().length(), end));
    }

    /** Writes a new file, which on POSIX systems nobody but its owner can read if it is private. */
    static void write(Path path, Label label, byte[] encoded) throws StorageException {
        String text = label.begin() + "\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded) + "\n" + label.end() + "\n";
        byte[] content = text.getBytes(StandardCharsets.US_ASCII);
        try {
            KeyFile.write(path, content, label == Label.PRIVATE_KEY);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }
}

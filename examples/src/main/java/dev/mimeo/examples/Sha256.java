package dev.mimeo.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of files, as {@code sha256sum} prints it. */
final class Sha256 {
    private static final int PIECE = 1 << 20;

    private Sha256() {}

    /** Reads a file and returns its SHA-256 in hexadecimal digits. */
    static String of(Path path) throws IOException {
        try (DigestInputStream input =
                new DigestInputStream(Files.newInputStream(path), MessageDigest.getInstance("SHA-256"))) {
            byte[] piece = new byte[PIECE];
            while (input.read(piece) >= 0) {}
            return HexFormat.of().formatHex(input.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

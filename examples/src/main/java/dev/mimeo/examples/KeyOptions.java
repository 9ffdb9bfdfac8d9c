package dev.mimeo.examples;

import dev.mimeo.GroupKey;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The key that a group shares, for whatever sends, receives or watches. Secrets come from files, never from the command line. */
final class KeyOptions {
    private static final int LONGEST_PASSPHRASE = 1_024;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "Seal everything with this group key, which keygen wrote. Default: an open network.")
    Optional<Path> keyFile;

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "Seal everything with the key that the first line of this file stands for.")
    Optional<Path> passphraseFile;

    @Option(
            names = "--passphrase-label",
            paramLabel = "LABEL",
            defaultValue = "mimeo",
            description = "Makes a passphrase another key at another site; the same on all machines. Default: mimeo.")
    String passphraseLabel;

    /** Returns the key, if there is one. */
    Optional<GroupKey> key() throws IOException {
        if (keyFile.isPresent() && passphraseFile.isPresent()) {
            throw new IllegalArgumentException(
                    "--key-file and --passphrase-file are two ways to say a key: choose one");
        }
        if (keyFile.isPresent()) {
            return Optional.of(GroupKey.ofFile(keyFile.get()));
        }
        return passphraseFile.isPresent() ? Optional.of(ofPassphrase(passphraseFile.get())) : Optional.empty();
    }

    private GroupKey ofPassphrase(Path file) throws IOException {
        if (Files.size(file) > LONGEST_PASSPHRASE) {
            throw new IOException(file + " is too long to be a passphrase");
        }
        char[] line = firstLine(Files.readString(file));
        try {
            return GroupKey.ofPassphrase(line, passphraseLabel);
        } finally {
            Arrays.fill(line, ' ');
        }
    }

    private static char[] firstLine(CharSequence text) {
        CharBuffer all = CharBuffer.wrap(text);
        int end = 0;
        while (end < all.length() && all.charAt(end) != '\n' && all.charAt(end) != '\r') {
            end++;
        }
        char[] line = new char[end];
        all.get(line);
        return line;
    }
}

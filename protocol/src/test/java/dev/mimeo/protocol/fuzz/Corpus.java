package dev.mimeo.protocol.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * Inputs that are worth keeping: {@code src/test/resources/fuzz/<class>.txt}, a line of hexadecimal digits for each. One
 * behind a comment was a finding and stays; the others are the fewest that reach whatever was reached so far.
 */
final class Corpus {
    /** Bytes of inputs that are written at most: the shortest. */
    private static final int LARGEST = 5_000;

    private final Path file;

    private Corpus(Path file) {
        this.file = file;
    }

    static Corpus of(Class<?> target) {
        return new Corpus(module().resolve("src/test/resources/fuzz/" + target.getSimpleName() + ".txt"));
    }

    /** Returns the directory of the module whose tests run. */
    static Path module() {
        return Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    }

    static String hex(byte[] input) {
        return HexFormat.of().formatHex(input);
    }

    /** Returns {@code seeds}, and what was kept. */
    List<byte[]> inputs(List<byte[]> seeds) {
        List<byte[]> inputs = new ArrayList<>(seeds);
        lines().stream()
                .filter(line -> !isComment(line))
                .forEach(line -> inputs.add(HexFormat.of().parseHex(line)));
        return inputs;
    }

    /** Keeps these in the place of those before, findings excepted. */
    void replace(Collection<byte[]> inputs) throws IOException {
        List<String> kept = new ArrayList<>();
        int length = 0;
        for (byte[] input : inputs.stream()
                .sorted(Comparator.<byte[]>comparingInt(each -> each.length).thenComparing(Arrays::compare))
                .toList()) {
            length += input.length;
            if (input.length > 0 && length <= LARGEST) {
                kept.add(hex(input));
            }
        }
        List<String> lines = lines();
        for (int i = 0; i + 1 < lines.size(); i++) {
            if (isComment(lines.get(i))) {
                kept.remove(lines.get(i + 1));
                kept.addAll(lines.subList(i, i + 2));
            }
        }
        Files.createDirectories(file.getParent());
        Files.write(file, kept);
    }

    private static boolean isComment(String line) {
        return line.startsWith("#");
    }

    private List<String> lines() {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

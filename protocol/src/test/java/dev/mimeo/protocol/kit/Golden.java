package dev.mimeo.protocol.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A text that is checked in, so that a change of behaviour is a difference that somebody reads. It lies in
 * {@code src/test/resources/golden} of the module whose tests run; {@code -Dmimeo.golden=update} writes it anew.
 */
public final class Golden {
    private static final int CONTEXT = 2;

    private final Path path;

    private Golden(Path path) {
        this.path = path;
    }

    /** Names the file {@code golden/name}, extension included. */
    public static Golden file(String name) {
        return new Golden(
                Replay.moduleDirectory().resolve("src/test/resources/golden").resolve(name));
    }

    static Golden at(Path path) {
        return new Golden(path);
    }

    /** Fails with the differences unless the file holds exactly {@code actual}, or writes it if asked to. */
    public void check(String actual) {
        check(actual, "update".equals(System.getProperty("mimeo.golden")));
    }

    void check(String actual, boolean update) {
        try {
            if (update) {
                Files.createDirectories(path.getParent());
                Files.writeString(path, actual);
                return;
            }
            String expected = Files.exists(path) ? Files.readString(path).replace("\r\n", "\n") : "";
            if (!expected.equals(actual)) {
                throw new AssertionError(path + " does not say what is the case (- file, + now). If it should, run with"
                        + " -Dmimeo.golden=update.\n" + difference(lines(expected), lines(actual)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("\n", -1));
    }

    /** Lines taken out and put in, by the longest common subsequence, with a little of what stays around them. */
    static String difference(List<String> before, List<String> after) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<String> edits = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                edits.add("  " + before.get(i++));
                j++;
            } else if (i < before.size() && (j == after.size() || common[i + 1][j] >= common[i][j + 1])) {
                edits.add("- " + before.get(i++));
            } else {
                edits.add("+ " + after.get(j++));
            }
        }
        return withLittleContext(edits);
    }

    private static String withLittleContext(List<String> edits) {
        StringBuilder text = new StringBuilder();
        boolean gap = false;
        for (int i = 0; i < edits.size(); i++) {
            if (isNearEdit(edits, i)) {
                text.append(gap ? "  …\n" : "").append(edits.get(i)).append('\n');
                gap = false;
            } else {
                gap = true;
            }
        }
        return text.toString();
    }

    private static boolean isNearEdit(List<String> edits, int line) {
        for (int i = Math.max(0, line - CONTEXT); i <= Math.min(edits.size() - 1, line + CONTEXT); i++) {
            if (!edits.get(i).startsWith(" ")) {
                return true;
            }
        }
        return false;
    }
}

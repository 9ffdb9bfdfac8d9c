package dev.mimeo.internal;

import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.manifest.Names;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Where the objects of one transfer go in a directory: each has a place of its own in it, whatever their sender calls them.
 * Names that a file system takes for the same, for case or composition of characters, are the same here. Confined to the
 * protocol thread.
 */
final class SafeNames {
    private final Path directory;
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Integer> uses = new HashMap<>();

    SafeNames(Path directory) {
        this.directory = directory;
    }

    /**
     * Returns a place that no object has.
     *
     * @param text what the sender calls it; may be empty
     */
    Path place(String text, ObjectId id) {
        String wanted = representable(text.isEmpty() ? "object-" + id : Names.asSegment(text));
        String name = wanted;
        while (!taken.add(key(name))) {
            String suffix = "~" + uses.merge(key(wanted), 2, (last, first) -> last + 1);
            name = Names.truncate(wanted, Names.LONGEST - suffix.length()) + suffix;
        }
        return directory.resolve(name);
    }

    /** Forgets the objects so far: their sender started anew. */
    void clear() {
        taken.clear();
        uses.clear();
    }

    /** A system whose locale is not of Unicode has no paths for other characters than its own. */
    private String representable(String name) {
        try {
            directory.resolve(name);
            return name;
        } catch (InvalidPathException e) {
            return name.replaceAll("[^ -~]", "_");
        }
    }

    private static String key(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFD)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
    }
}

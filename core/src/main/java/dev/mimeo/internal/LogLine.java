package dev.mimeo.internal;

import dev.mimeo.protocol.manifest.Names;
import java.time.Duration;
import java.util.Locale;

/** A line of {@code key=value}, which begins with what happened. Not safe for use by several threads. */
public final class LogLine {
    private static final double MILLIS = 1e3;

    private final StringBuilder line = new StringBuilder();

    private LogLine() {}

    /** Begins with {@code event=…}. */
    public static LogLine of(String event) {
        return new LogLine().with("event", event);
    }

    /**
     * Adds a value, unless its text is empty. Durations are seconds; what would make the line ambiguous is quoted, and
     * characters that cannot be shown are replaced.
     */
    public LogLine with(String key, Object value) {
        String text = text(value);
        if (!text.isEmpty()) {
            line.append(line.length() == 0 ? "" : " ").append(key).append('=').append(quoted(text));
        }
        return this;
    }

    private static String text(Object value) {
        if (value instanceof Duration duration) {
            return String.format(Locale.ROOT, "%.3f", duration.toMillis() / MILLIS);
        }
        if (value instanceof Double share) {
            return String.format(Locale.ROOT, "%.4f", share);
        }
        return Names.clean(value.toString());
    }

    private static String quoted(String text) {
        boolean isPlain = text.chars().noneMatch(each -> Character.isWhitespace(each) || "\"=\\".indexOf(each) >= 0);
        return isPlain ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    @Override
    public String toString() {
        return line.toString();
    }
}

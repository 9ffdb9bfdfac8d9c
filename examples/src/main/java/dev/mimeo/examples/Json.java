package dev.mimeo.examples;

import java.util.List;
import java.util.Locale;

/** Writes one JSON object on one line, in ASCII, so that no terminal, pipe or locale can spoil it. */
final class Json {
    private final StringBuilder text = new StringBuilder("{");

    static Json event(String name) {
        return new Json().put("event", name);
    }

    Json put(String key, String value) {
        name(key);
        quote(value);
        return this;
    }

    Json put(String key, long value) {
        name(key).append(value);
        return this;
    }

    /** Writes at most three decimals; what is no number becomes null. */
    Json put(String key, double value) {
        name(key).append(Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null");
        return this;
    }

    Json put(String key, boolean value) {
        name(key).append(value);
        return this;
    }

    Json put(String key, Json value) {
        name(key).append(value);
        return this;
    }

    /** Adds a list. */
    Json put(String key, List<Json> values) {
        name(key).append('[');
        for (int i = 0; i < values.size(); i++) {
            text.append(i == 0 ? "" : ",").append(values.get(i));
        }
        text.append(']');
        return this;
    }

    @Override
    public String toString() {
        return text + "}";
    }

    private StringBuilder name(String key) {
        text.append(text.length() == 1 ? "" : ",");
        quote(key);
        return text.append(':');
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c >= ' ' && c <= '~') {
                text.append(c);
            } else {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            }
        }
        text.append('"');
    }
}

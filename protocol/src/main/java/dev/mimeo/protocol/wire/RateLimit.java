package dev.mimeo.protocol.wire;

import java.util.Optional;

/** What keeps a receiver from taking more, as it finds itself: EXT_LIMIT (see {@link LimitField}). */
public enum RateLimit {
    /** Nothing that it knows of; in a probe: receivers are asked. */
    NONE,
    /** The path, or its own machine: what is sent faster does not arrive. */
    PATH,
    /** Its storage, or what else is its own: what arrives faster fills its memory, or its receive buffer, and is not lost yet. */
    STORAGE;

    private static final RateLimit[] ALL = values();

    int code() {
        return ordinal();
    }

    static Optional<RateLimit> of(int code) {
        return code < ALL.length ? Optional.of(ALL[code]) : Optional.empty();
    }
}

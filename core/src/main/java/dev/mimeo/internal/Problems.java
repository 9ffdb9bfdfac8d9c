package dev.mimeo.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is wrong with the options of a builder: told all at once, each with what to do about it. */
final class Problems {
    private final List<Exception> found = new ArrayList<>();

    /** Something that may find a problem. */
    interface Check<T> {
        /** Returns what it was about, or throws what is wrong with it. */
        T run() throws IOException;
    }

    /** Demands something of the options, or notes what is wrong and what to do. */
    void require(boolean holds, String message, Object... arguments) {
        if (!holds) {
            found.add(new IllegalArgumentException(String.format(Locale.ROOT, message, arguments)));
        }
    }

    /** Returns what the check returns, or notes what it throws. */
    <T> Optional<T> attempt(Check<T> check) {
        try {
            return Optional.of(check.run());
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            found.add(e);
            return Optional.empty();
        }
    }

    /** Throws what was found: a single problem as it is, several as one {@link IllegalArgumentException} with all of them. */
    void throwIfAny() throws IOException {
        if (found.size() > 1) {
            throw new IllegalArgumentException(found.stream()
                    .map(Exception::getMessage)
                    .collect(Collectors.joining("\n- ", found.size() + " things are to be changed:\n- ", "")));
        }
        for (Exception only : found) {
            if (only instanceof IOException refusal) {
                throw refusal;
            }
            throw (RuntimeException) only;
        }
    }
}

package dev.mimeo.internal;

import dev.mimeo.ImageFlag;
import dev.mimeo.SigningKey;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What the user of a source says about its image, as far as it was said.
 *
 * @param name empty if none was given
 * @param version empty if none was given
 * @param flags empty if none were given
 * @param serial 0 if none was given
 * @param notAfter when it ends, if it does
 * @param key what it is to be signed with
 */
record Label(
        String name,
        String version,
        Optional<Set<ImageFlag>> flags,
        long serial,
        Optional<Instant> notAfter,
        Optional<SigningKey> key) {
    /** Nothing was said. */
    static final Label NONE = new Label("", "", Optional.empty(), 0, Optional.empty(), Optional.empty());

    Label name(String next) {
        return new Label(next, version, flags, serial, notAfter, key);
    }

    Label version(String next) {
        return new Label(name, next, flags, serial, notAfter, key);
    }

    Label flags(Set<ImageFlag> next) {
        return new Label(name, version, Optional.of(Set.copyOf(next)), serial, notAfter, key);
    }

    Label serial(long next) {
        return new Label(name, version, flags, next, notAfter, key);
    }

    Label notAfter(Instant next) {
        return new Label(name, version, flags, serial, Optional.of(next), key);
    }

    Label key(SigningKey next) {
        return new Label(name, version, flags, serial, notAfter, Optional.of(next));
    }

    /** Returns the end of its time as a manifest has it; 0 if there is none. */
    long notAfterEpochSecond() {
        return notAfter.map(Instant::getEpochSecond).orElse(0L);
    }
}

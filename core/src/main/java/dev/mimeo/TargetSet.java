package dev.mimeo;

import dev.mimeo.internal.NamedTargets;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * Which machines an image is for. Whoever is outside is refused, with a reason that it can show.
 *
 * <p>May be asked on any thread of the SDK, one receiver at a time; never on the one that sends. Names and tokens travel in
 * the clear: they keep machines from taking the wrong image, not attackers from reading it.
 */
@FunctionalInterface
public interface TargetSet {
    /** Returns why a receiver is refused; empty if it is admitted. */
    Optional<String> refusal(Candidate candidate);

    /** Returns how many machines are meant, if that is known: for the guard against a set that is larger than meant. */
    default OptionalInt size() {
        return OptionalInt.empty();
    }

    /** Every machine. */
    static TargetSet anybody() {
        return NamedTargets.ANYBODY;
    }

    /** Machines of these names, or these node ids of eight hexadecimal digits. */
    static TargetSet named(String... names) {
        return named(List.of(names));
    }

    /** Machines of these names, or these node ids of eight hexadecimal digits. */
    static TargetSet named(Collection<String> names) {
        return new NamedTargets(names);
    }

    /** Machines that {@code predicate} accepts; others are told {@code reason}. */
    static TargetSet matching(Predicate<Candidate> predicate, String reason) {
        Objects.requireNonNull(predicate, "predicate");
        Objects.requireNonNull(reason, "reason");
        return candidate -> predicate.test(candidate) ? Optional.empty() : Optional.of(reason);
    }

    /** Machines that tell this {@linkplain ImageReceiver.Builder#admissionToken token}. */
    static TargetSet token(String token) {
        Objects.requireNonNull(token, "token");
        return matching(candidate -> candidate.token().equals(token), "its admission token is not the one asked for");
    }
}

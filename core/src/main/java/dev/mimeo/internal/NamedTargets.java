package dev.mimeo.internal;

import dev.mimeo.Candidate;
import dev.mimeo.TargetSet;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Machines by name or node id.
 *
 * @param names of them
 */
public record NamedTargets(Set<String> names) implements TargetSet {
    /** Admits everybody. */
    public static final TargetSet ANYBODY = candidate -> Optional.empty();

    /** Keeps the names, each once. */
    public NamedTargets(Collection<String> names) {
        this(Set.copyOf(names));
    }

    @Override
    public Optional<String> refusal(Candidate candidate) {
        return names.contains(candidate.name()) || names.contains(candidate.id())
                ? Optional.empty()
                : Optional.of("this image is not for a machine called \"" + candidate.name() + "\"");
    }

    @Override
    public OptionalInt size() {
        return OptionalInt.of(names.size());
    }
}

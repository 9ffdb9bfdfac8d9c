package dev.mimeo.internal;

import dev.mimeo.ImageFlag;
import dev.mimeo.ImageSource;
import dev.mimeo.Progress;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.Names;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A source with what its user calls it. Immutable. */
public abstract sealed class NamedSource implements ImageSource permits FilesSource, PipeSource {
    /** Empty if none was given. */
    final String givenName;

    /** Empty if none were given. */
    final Optional<Set<ImageFlag>> givenFlags;

    private final String version;

    NamedSource(String givenName, String version, Optional<Set<ImageFlag>> givenFlags) {
        this.givenName = givenName;
        this.version = version;
        this.givenFlags = givenFlags;
    }

    /** Returns the same source, described otherwise. */
    abstract NamedSource described(String name, String version, Optional<Set<ImageFlag>> flags);

    /**
     * Finds out what the image is, by hashing it if need be.
     *
     * @param listener hears how far that is
     * @param isCancelled asked throughout; {@link java.util.concurrent.CancellationException} once it is
     */
    abstract OpenImage open(Consumer<Progress> listener, BooleanSupplier isCancelled) throws IOException;

    @Override
    public final ImageSource name(String name) {
        refuse(Names.fault(name), "name");
        return described(name, version, givenFlags);
    }

    @Override
    public final ImageSource version(String version) {
        refuse(Names.textFault(version), "version");
        return described(givenName, version, givenFlags);
    }

    @Override
    public final ImageSource flags(Set<ImageFlag> flags) {
        return described(givenName, version, Optional.of(Set.copyOf(flags)));
    }

    @Override
    public final String version() {
        return version;
    }

    static void refuse(String fault, String what) {
        Checks.check(fault == null, "the %s of an image: %s", what, fault);
    }

    /** Makes a new manifest. A file may have a name that no other system, or no terminal, would like. */
    final Manifest describe(List<ImageObject> objects) {
        return new Manifest(
                Names.truncate(Names.clean(name()), Names.LONGEST),
                version,
                Math.max(0, Instant.now().getEpochSecond()),
                Descriptions.flags(givenFlags.orElse(Set.of(ImageFlag.ALLOW_MULTICAST))),
                objects);
    }
}

package dev.mimeo.internal;

import dev.mimeo.ImageFlag;
import dev.mimeo.ImageSource;
import dev.mimeo.SigningKey;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.Names;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** A source with what its user calls it. Immutable. */
public abstract sealed class NamedSource implements ImageSource, Openable permits FilesSource, PipeSource {
    final Label label;

    NamedSource(Label label) {
        this.label = label;
    }

    /** Returns the same source, labelled otherwise. */
    abstract NamedSource labelled(Label label);

    @Override
    public final ImageSource name(String name) {
        refuse(Names.fault(name), "name");
        return labelled(label.name(name));
    }

    @Override
    public final ImageSource version(String version) {
        refuse(Names.textFault(version), "version");
        return labelled(label.version(version));
    }

    @Override
    public final ImageSource flags(Set<ImageFlag> flags) {
        return labelled(label.flags(flags));
    }

    @Override
    public final ImageSource serial(long serial) {
        Checks.serial(serial);
        return labelled(label.serial(serial));
    }

    @Override
    public final ImageSource notAfter(Instant end) {
        Checks.check(
                end.getEpochSecond() > 0 && end.getEpochSecond() <= Manifest.LATEST_EPOCH_SECOND,
                "%s is not within the years 1970 to 9999",
                end);
        return labelled(label.notAfter(end));
    }

    @Override
    public final ImageSource signedBy(SigningKey key) {
        return labelled(label.key(Objects.requireNonNull(key, "key")));
    }

    @Override
    public final String version() {
        return label.version();
    }

    static void refuse(String fault, String what) {
        Checks.check(fault == null, "the %s of an image: %s", what, fault);
    }

    /** Makes a new manifest. A file may have a name that no other system, or no terminal, would like. */
    final Manifest describe(List<ImageObject> objects) {
        return new Manifest(
                Names.truncate(Names.clean(name()), Names.LONGEST),
                label.version(),
                Math.max(0, Instant.now().getEpochSecond()),
                Descriptions.flags(label.flags().orElse(Set.of(ImageFlag.ALLOW_MULTICAST))),
                label.serial(),
                label.notAfterEpochSecond(),
                objects,
                Optional.empty());
    }

    /** Returns the manifest as it is sent or kept: signed, if there is a key. */
    final Manifest sealed(Manifest manifest) {
        return label.key().map(key -> ((Ed25519Key) key).sign(manifest)).orElse(manifest);
    }
}

package dev.mimeo.internal;

import dev.mimeo.ImageFlag;
import dev.mimeo.ImageSource;
import dev.mimeo.PreparedImage;
import dev.mimeo.Progress;
import dev.mimeo.StorageException;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Names;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An image that comes out of a channel, once. */
public final class PipeSource extends NamedSource {
    private static final Logger LOG = LoggerFactory.getLogger(PipeSource.class);

    private final ReadableByteChannel channel;
    private final Path spoolDirectory;
    /** Shared by all that are the same source under other names. */
    private final AtomicBoolean taken;

    /** Refuses what cannot be a name. */
    public PipeSource(ReadableByteChannel channel, String name, Path spoolDirectory) {
        this(channel, name, "", Optional.empty(), spoolDirectory, new AtomicBoolean());
        refuse(Names.fault(name), "name");
    }

    private PipeSource(
            ReadableByteChannel channel,
            String name,
            String version,
            Optional<Set<ImageFlag>> flags,
            Path spoolDirectory,
            AtomicBoolean taken) {
        super(name, version, flags);
        this.channel = Objects.requireNonNull(channel, "channel");
        this.spoolDirectory = Objects.requireNonNull(spoolDirectory, "spoolDirectory");
        this.taken = taken;
    }

    @Override
    PipeSource described(String name, String version, Optional<Set<ImageFlag>> flags) {
        return new PipeSource(channel, name, version, flags, spoolDirectory, taken);
    }

    @Override
    public String name() {
        return givenName;
    }

    @Override
    public ImageSource manifest(Path file) {
        throw new IllegalStateException("a pipe is hashed as it is read; it has no manifest ahead of time");
    }

    @Override
    public PreparedImage prepare(Consumer<Progress> listener) {
        throw new IllegalStateException("a pipe cannot be prepared: it is hashed as it is read, once");
    }

    @Override
    OpenImage open(Consumer<Progress> listener, BooleanSupplier isCancelled) throws IOException {
        if (!taken.compareAndSet(false, true)) {
            throw new StorageException("Cannot read " + this + ": it was read before, and can be read once only");
        }
        String objectName = Names.asSegment(givenName);
        LOG.info("Reading {} into {}", this, spoolDirectory);
        try (Opening opening = new Opening();
                ChunkHashing hashing = new ChunkHashing(new HashingProgress(0, listener), isCancelled)) {
            Spool spool = opening.add(new Spool(this, channel, spoolDirectory, isCancelled));
            var object = hashing.hash(spool, 0, objectName, this);
            SourceFile file = spool.end();
            ImageObject known = object.isPresent() ? object.get() : hashing.hash(file, objectName);
            opening.succeeded();
            return new OpenImage(describe(List.of(known)), List.of(file));
        }
    }

    @Override
    public String toString() {
        return "pipe " + givenName;
    }
}

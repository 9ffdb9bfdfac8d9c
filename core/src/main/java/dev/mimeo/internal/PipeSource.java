package dev.mimeo.internal;

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
        this(channel, Label.NONE.name(name), spoolDirectory, new AtomicBoolean());
        refuse(Names.fault(name), "name");
    }

    private PipeSource(ReadableByteChannel channel, Label label, Path spoolDirectory, AtomicBoolean taken) {
        super(label);
        this.channel = Objects.requireNonNull(channel, "channel");
        this.spoolDirectory = Objects.requireNonNull(spoolDirectory, "spoolDirectory");
        this.taken = taken;
    }

    @Override
    PipeSource labelled(Label label) {
        return new PipeSource(channel, label, spoolDirectory, taken);
    }

    @Override
    public String name() {
        return label.name();
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
    public OpenImage open(Consumer<Progress> listener, BooleanSupplier isCancelled, ThreadMaker threads)
            throws IOException {
        if (!taken.compareAndSet(false, true)) {
            throw new StorageException("Cannot read " + this + ": it was read before, and can be read once only");
        }
        String objectName = Names.asSegment(label.name());
        LOG.info("Reading {} into {}", this, spoolDirectory);
        try (Opening opening = new Opening();
                ChunkHashing hashing = new ChunkHashing(new HashingProgress(0, listener), isCancelled, threads)) {
            Spool spool = opening.add(new Spool(this, channel, spoolDirectory, isCancelled, threads));
            var object = hashing.hash(spool, 0, objectName, this);
            SourceFile file = spool.end();
            ImageObject known = object.isPresent() ? object.get() : hashing.hash(file, objectName);
            opening.succeeded();
            return new OpenImage(sealed(describe(List.of(known))), List.of(file));
        }
    }

    @Override
    public String toString() {
        return "pipe " + label.name();
    }
}

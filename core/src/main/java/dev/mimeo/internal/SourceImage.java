package dev.mimeo.internal;

import dev.mimeo.ImageSource;
import dev.mimeo.PreparedImage;
import dev.mimeo.Progress;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.Names;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out what an image is: from the manifest kept beside it, or by hashing it. */
public final class SourceImage {
    private static final Logger LOG = LoggerFactory.getLogger(SourceImage.class);
    private static final long PROGRESS_INTERVAL_NANOS = 250_000_000;

    private SourceImage() {}

    /** Hashes an image and keeps its manifest beside it; see {@link ImageSource#prepare(Consumer)}. */
    public static PreparedImage prepare(ImageSource source, Consumer<Progress> listener) throws IOException {
        try (SourceFile file = SourceFile.open(source.path())) {
            Manifest manifest = hash(source, file, progress(file.length(), listener), () -> false);
            return new PreparedImage(Descriptions.of(manifest), PreparedManifest.write(manifest, file));
        }
    }

    /** Returns the manifest of an image, kept or new. */
    static Manifest describe(
            ImageSource source, SourceFile file, Consumer<Progress> listener, BooleanSupplier isCancelled)
            throws IOException {
        var kept = PreparedManifest.read(file);
        return kept.isPresent()
                ? named(kept.get(), source)
                : hash(source, file, progress(file.length(), listener), isCancelled);
    }

    private static Manifest hash(
            ImageSource source, SourceFile file, LongConsumer onProgress, BooleanSupplier isCancelled)
            throws IOException {
        LOG.info("Hashing image {}, {} bytes", file.path(), file.length());
        String name = displayName(source);
        ImageObject object = ChunkHashing.hash(file, objectName(name), onProgress, isCancelled);
        return new Manifest(
                name,
                source.version(),
                Math.max(0, Instant.now().getEpochSecond()),
                Manifest.ALLOW_MULTICAST,
                List.of(object));
    }

    /** What the source asks for by itself goes before what was kept. */
    private static Manifest named(Manifest kept, ImageSource source) {
        return new Manifest(
                source.hasName() ? source.name() : kept.name(),
                source.version().isEmpty() ? kept.version() : source.version(),
                kept.createdEpochSecond(),
                kept.flags(),
                kept.objects());
    }

    /** A file may have a name that no other system, or no terminal, would like. */
    private static String displayName(ImageSource source) {
        String name = Names.clean(source.name());
        return name.length() <= Names.LONGEST ? name : Names.truncate(name, Names.LONGEST);
    }

    private static String objectName(String name) {
        return Names.segmentFault(name) == null ? name : "image";
    }

    private static LongConsumer progress(long totalBytes, Consumer<Progress> listener) {
        SessionClock clock = new SessionClock();
        RateMeter rate = new RateMeter();
        long[] next = {0};
        return bytes -> {
            long now = clock.nanos();
            if (now >= next[0] || bytes == totalBytes) {
                next[0] = now + PROGRESS_INTERVAL_NANOS;
                listener.accept(new Progress(
                        TransferPhase.PREPARING,
                        bytes,
                        totalBytes,
                        rate.update(bytes, now),
                        Duration.ofNanos(now),
                        0,
                        0,
                        0));
            }
        };
    }
}

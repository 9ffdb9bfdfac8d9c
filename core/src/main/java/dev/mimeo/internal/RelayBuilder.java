package dev.mimeo.internal;

import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageTarget;
import dev.mimeo.Relay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** The options of a relay, as they are collected; those of its two sides are their builders'. */
public final class RelayBuilder implements Relay.Builder {
    private final ImageReceiver.Builder upstream;
    private final ImageSender.Builder downstream;
    private ImageTarget.Directory store;
    private Optional<Duration> keepServing = Optional.empty();

    /** Starts from the defaults. */
    public RelayBuilder(ImageReceiver.Builder upstream, ImageSender.Builder downstream, Path store) {
        this.upstream = Objects.requireNonNull(upstream, "upstream");
        this.downstream = Objects.requireNonNull(downstream, "downstream");
        this.store = ImageTarget.directory(store);
    }

    @Override
    public RelayBuilder keepServing(Duration quiet) {
        keepServing = Optional.of(Checks.positive(quiet, "time without anybody to serve"));
        return this;
    }

    @Override
    public RelayBuilder fresh() {
        store = store.fresh();
        return this;
    }

    @Override
    public Relay open() throws IOException {
        if (!Files.isDirectory(store.path())) {
            throw new IOException(
                    "Cannot keep an image in " + store + ": there is no such directory; create it, or choose another");
        }
        ImageReceiver receiver = upstream.open();
        try {
            return new DefaultRelay(
                    (DefaultImageReceiver) receiver, (DefaultImageSender) downstream.open(), store, keepServing);
        } catch (IOException | RuntimeException e) {
            receiver.close();
            throw e;
        }
    }
}

package dev.mimeo.internal;

import static dev.mimeo.internal.Checks.check;

import dev.mimeo.ImageReceiver;
import dev.mimeo.MulticastGroup;
import java.io.IOException;
import java.util.Optional;

/** The options of a receiver of images, as they are collected. */
public final class ImageReceiverBuilder extends ReceiverSettings<ImageReceiver.Builder>
        implements ImageReceiver.Builder {
    Optional<String> name = Optional.empty();
    String admissionToken = "";
    long maximumImageLength = 16L << 40;

    /** Starts from the defaults. */
    public ImageReceiverBuilder(MulticastGroup group) {
        super(group);
    }

    private ImageReceiverBuilder(ImageReceiverBuilder other) {
        super(other);
        name = other.name;
        admissionToken = other.admissionToken;
        maximumImageLength = other.maximumImageLength;
    }

    @Override
    ImageReceiverBuilder self() {
        return this;
    }

    @Override
    public ImageReceiverBuilder name(String name) {
        this.name = Optional.of(Checks.displayName(name));
        return this;
    }

    @Override
    public ImageReceiverBuilder admissionToken(String token) {
        admissionToken = Checks.displayName(token);
        return this;
    }

    @Override
    public ImageReceiverBuilder maximumImageLength(long bytes) {
        check(bytes >= 0, "a maximum image length of %d bytes is negative", bytes);
        maximumImageLength = bytes;
        return this;
    }

    @Override
    public ImageReceiver open() throws IOException {
        ImageReceiverBuilder options = new ImageReceiverBuilder(this);
        return new DefaultImageReceiver(options, TargetStorage.LOCAL, options.openPort());
    }
}

package dev.mimeo.internal;

import static dev.mimeo.internal.Checks.check;

import dev.mimeo.ImageReceiver;
import dev.mimeo.MulticastGroup;
import dev.mimeo.TrustedKey;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.Names;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The options of a receiver of images, as they are collected. */
public final class ImageReceiverBuilder extends ReceiverSettings<ImageReceiver.Builder>
        implements ImageReceiver.Builder {
    Optional<String> name = Optional.empty();
    String admissionToken = "";
    long maximumImageLength = 16L << 40;
    List<TrustedKey> trusted = List.of();
    long minimumSerial;
    Optional<Digest> expected = Optional.empty();
    boolean ignoreNotAfter;
    Optional<InetSocketAddress> unicastFrom = Optional.empty();
    Duration unicastAfter = Duration.ZERO;

    /** Starts from the defaults. */
    public ImageReceiverBuilder(MulticastGroup group) {
        super(group);
    }

    private ImageReceiverBuilder(ImageReceiverBuilder other) {
        super(other);
        name = other.name;
        admissionToken = other.admissionToken;
        maximumImageLength = other.maximumImageLength;
        trusted = other.trusted;
        minimumSerial = other.minimumSerial;
        expected = other.expected;
        ignoreNotAfter = other.ignoreNotAfter;
        unicastFrom = other.unicastFrom;
        unicastAfter = other.unicastAfter;
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
    public ImageReceiverBuilder trust(TrustedKey... keys) {
        check(keys.length > 0, "nobody is trusted by that; leave trust() out to take any image");
        trusted =
                Stream.concat(trusted.stream(), Arrays.stream(keys)).distinct().toList();
        trusted.forEach(Objects::requireNonNull);
        return this;
    }

    @Override
    public ImageReceiverBuilder minimumSerial(long serial) {
        minimumSerial = Checks.serial(serial);
        return this;
    }

    @Override
    public ImageReceiverBuilder expect(String imageId) {
        check(
                imageId.matches("[0-9a-fA-F]{64}"),
                "\"%s\" is not the id of an image, which has 64 hexadecimal digits",
                Names.clean(imageId));
        expected = Optional.of(Digest.of(HexFormat.of().parseHex(imageId)));
        return this;
    }

    @Override
    public ImageReceiverBuilder ignoreNotAfter() {
        ignoreNotAfter = true;
        return this;
    }

    @Override
    public ImageReceiverBuilder unicastFrom(InetSocketAddress sender, Duration after) {
        check(!sender.isUnresolved(), "%s is not an address: look it up before", sender);
        check(
                sender.getPort() > 0
                        && !sender.getAddress().isMulticastAddress()
                        && !sender.getAddress().isAnyLocalAddress(),
                "%s is not the address and port of one machine",
                sender);
        unicastFrom = Optional.of(sender);
        unicastAfter = Checks.positive(after, "wait before unicast");
        return this;
    }

    @Override
    public ImageReceiver open() throws IOException {
        ImageReceiverBuilder options = new ImageReceiverBuilder(this);
        return new DefaultImageReceiver(options, TargetStorage.LOCAL, options.openPort());
    }
}

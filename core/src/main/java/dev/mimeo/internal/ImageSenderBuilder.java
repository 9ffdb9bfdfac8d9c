package dev.mimeo.internal;

import static dev.mimeo.internal.Checks.check;

import dev.mimeo.ImageSender;
import dev.mimeo.MulticastGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The options of a sender of images, as they are collected. */
public final class ImageSenderBuilder extends SenderSettings<ImageSender.Builder> implements ImageSender.Builder {
    String sessionName = "";
    int minimumReceivers = 1;
    Optional<Duration> maximumWait = Optional.empty();
    Duration waitForChecks = Duration.ofMinutes(10);
    Duration receiverTimeout = Duration.ofSeconds(60);

    /** Starts from the defaults. */
    public ImageSenderBuilder(MulticastGroup group) {
        super(group, Pace.ADAPTIVE);
    }

    private ImageSenderBuilder(ImageSenderBuilder other) {
        super(other);
        sessionName = other.sessionName;
        minimumReceivers = other.minimumReceivers;
        maximumWait = other.maximumWait;
        waitForChecks = other.waitForChecks;
        receiverTimeout = other.receiverTimeout;
    }

    @Override
    ImageSenderBuilder self() {
        return this;
    }

    @Override
    public ImageSenderBuilder sessionName(String sessionName) {
        this.sessionName = Checks.displayName(sessionName);
        return this;
    }

    @Override
    public ImageSenderBuilder waitFor(int receivers, Duration atMost) {
        waitFor(receivers);
        maximumWait = Optional.of(Checks.positive(atMost, "wait for receivers"));
        return this;
    }

    @Override
    public ImageSenderBuilder waitFor(int receivers) {
        check(receivers >= 1, "cannot wait for %d receivers; startNow() does not wait", receivers);
        minimumReceivers = receivers;
        maximumWait = Optional.empty();
        return this;
    }

    @Override
    public ImageSenderBuilder startNow() {
        minimumReceivers = 0;
        maximumWait = Optional.empty();
        return this;
    }

    @Override
    public ImageSenderBuilder waitForChecks(Duration atMost) {
        waitForChecks = Checks.positive(atMost, "wait for checks");
        return this;
    }

    @Override
    public ImageSenderBuilder receiverTimeout(Duration timeout) {
        receiverTimeout = Checks.positive(timeout, "receiver timeout");
        return this;
    }

    @Override
    public ImageSender open() throws IOException {
        ImageSenderBuilder options = new ImageSenderBuilder(this);
        return new DefaultImageSender(options, options.openPort());
    }
}

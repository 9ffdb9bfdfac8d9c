package dev.mimeo.internal;

import dev.mimeo.ImageSender;
import dev.mimeo.ImageSession;
import dev.mimeo.ImageSource;
import dev.mimeo.MulticastGroup;
import dev.mimeo.SendReport;
import dev.mimeo.TransferListener;
import java.time.Duration;

/** A sender with its port; every transfer is an {@link ImageSendTransfer}. */
final class DefaultImageSender implements ImageSender {
    private final ImageSenderBuilder options;
    private final int segmentLength;
    private final OpenEnd<SendReport> end;

    /** Sends through {@code port}, which the sender closes; the options are kept. */
    DefaultImageSender(ImageSenderBuilder options, SenderSettings.SenderPort port) {
        this.options = options;
        if (options.unicast.isPresent()) {
            // Sessions are opened with it for as long as this sender is open.
            options.groupKey = options.groupKey.map(GroupSecret::duplicate);
        }
        this.segmentLength = port.segmentLength();
        this.end = new OpenEnd<>(
                new EndName("sender", options.group),
                new ThreadMaker(options.environment.threads()),
                options.guard(port.port()),
                options.listener,
                TransferListener::sent);
    }

    @Override
    public ImageSession send(ImageSource source) {
        return start((NamedSource) source);
    }

    /** As {@link #send}; returns what a distribution point needs to know besides. */
    SteeredSession start(Openable source) {
        return start(source, options);
    }

    /** Serves whoever comes late, if somebody does within such a time. */
    SteeredSession startForLate(Openable source, Duration quiet) {
        return start(source, options.forLate(quiet));
    }

    private SteeredSession start(Openable source, ImageSenderBuilder options) {
        ImageSendTransfer transfer = new ImageSendTransfer(source, options, segmentLength, end.port());
        return new SteeredSession(transfer, end.start(transfer), options);
    }

    @Override
    public MulticastGroup group() {
        return options.group;
    }

    @Override
    public void close() {
        end.close();
        options.unicast.flatMap(policy -> options.groupKey).ifPresent(GroupSecret::close);
    }

    @Override
    public String toString() {
        return "image sender to " + options.group;
    }
}

package dev.mimeo.internal;

import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.MulticastGroup;
import dev.mimeo.SendReport;
import dev.mimeo.Transfer;
import dev.mimeo.TransferListener;

/** A sender with its port; every transfer is an {@link ImageSendTransfer}. */
final class DefaultImageSender implements ImageSender {
    private final ImageSenderBuilder options;
    private final int segmentLength;
    private final OpenEnd<SendReport> end;
    /** Guarded by {@code this}. */
    private ImageSendTransfer latest;

    /** Sends through {@code port}, which the sender closes; the options are kept. */
    DefaultImageSender(ImageSenderBuilder options, SenderSettings.SenderPort port) {
        this.options = options;
        this.segmentLength = port.segmentLength();
        this.end =
                new OpenEnd<>("mimeo-sender-" + options.group, port.port(), options.listener, TransferListener::sent);
    }

    @Override
    public synchronized Transfer<SendReport> send(ImageSource source) {
        ImageSendTransfer transfer = new ImageSendTransfer(source, options, segmentLength, end.port());
        Transfer<SendReport> started = end.start(transfer);
        latest = transfer;
        return started;
    }

    @Override
    public synchronized void startNow() {
        if (latest != null) {
            latest.startNow();
        }
    }

    @Override
    public MulticastGroup group() {
        return options.group;
    }

    @Override
    public void close() {
        end.close();
    }

    @Override
    public String toString() {
        return "image sender to " + options.group;
    }
}

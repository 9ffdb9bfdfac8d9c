package dev.mimeo.internal;

import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.MulticastGroup;
import dev.mimeo.SendReport;
import dev.mimeo.Transfer;
import dev.mimeo.TransferListener;
import java.io.IOException;

/** A sender with its port; every transfer is a {@link SendTransfer}. */
final class DefaultImageSender implements ImageSender {
    private final SenderBuilder options;
    private final int segmentLength;
    private final OpenEnd<SendReport> end;
    /** Guarded by {@code this}. */
    private SendTransfer latest;

    private DefaultImageSender(SenderBuilder options, int segmentLength, MulticastPort port) {
        this.options = options;
        this.segmentLength = segmentLength;
        this.end = new OpenEnd<>("mimeo-sender-" + options.group, port, options.listener, TransferListener::sent);
    }

    /** Opens the port that the options, which are kept, ask for. */
    static DefaultImageSender open(SenderBuilder options) throws IOException {
        InterfaceFacts facts =
                new InterfaceChoice(InterfaceFacts.ofThisMachine(), options.group).choose(options.networkInterface);
        int segmentLength = SegmentLength.choose(options.segmentLength, facts, options.group);
        options.checkMemory(segmentLength);
        return open(
                options,
                segmentLength,
                DatagramPort.open(options.group, facts, options.timeToLive, options.includesThisMachine));
    }

    /** Sends through a port of the caller's choice, which the sender closes. */
    static DefaultImageSender open(SenderBuilder options, int segmentLength, MulticastPort port) {
        return new DefaultImageSender(options, segmentLength, port);
    }

    @Override
    public synchronized Transfer<SendReport> send(ImageSource source) {
        SendTransfer transfer = new SendTransfer(source, options, segmentLength, end.port());
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

package dev.mimeo.internal;

import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.ReceiveReport;
import dev.mimeo.Transfer;
import dev.mimeo.TransferListener;

/** A receiver with its port; every transfer is a {@link ImageReceiveTransfer}. */
final class DefaultImageReceiver implements ImageReceiver {
    private final ImageReceiverBuilder options;
    private final TargetStorage storage;
    private final MovingPort port;
    private final KnockCodec knocks;
    private final OpenEnd<ReceiveReport> end;

    /** Receives through {@code port}, which the receiver closes; the options are kept. */
    DefaultImageReceiver(ImageReceiverBuilder options, TargetStorage storage, MulticastPort port) {
        this.options = options;
        this.storage = storage;
        this.port = new MovingPort(options.group, port, options::openPort);
        this.knocks = KnockCodec.of(options.groupKey);
        this.end = new OpenEnd<>(
                new EndName("receiver", options.group),
                new ThreadMaker(options.environment.threads()),
                options.guard(this.port),
                options.listener,
                TransferListener::received);
    }

    @Override
    public Transfer<ReceiveReport> receive(ImageTarget target) {
        return end.start(new ImageReceiveTransfer(target, storage, options, end.port(), port, knocks))
                .transfer();
    }

    /** Receives what is missing in {@code store}, which somebody else closes. */
    Transfer<ReceiveReport> receive(ImageStore store) {
        return end.start(new ImageReceiveTransfer(store, options, end.port(), port, knocks))
                .transfer();
    }

    /** Returns what its user has chosen. */
    ImageReceiverBuilder options() {
        return options;
    }

    @Override
    public MulticastGroup group() {
        return options.group;
    }

    @Override
    public void close() {
        end.close();
        knocks.close();
    }

    @Override
    public String toString() {
        return "image receiver from " + options.group;
    }
}

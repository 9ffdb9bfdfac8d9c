package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.NormReceiveReport;
import dev.mimeo.NormReceiver;
import dev.mimeo.NormTarget;
import dev.mimeo.Transfer;
import dev.mimeo.TransferListener;

/** A receiver with its port; every transfer is a {@link NormReceiveTransfer}. */
final class DefaultNormReceiver implements NormReceiver {
    private final NormReceiverBuilder options;
    private final TargetStorage storage;
    private final OpenEnd<NormReceiveReport> end;

    /** Receives through {@code port}, which the receiver closes; the options are kept. */
    DefaultNormReceiver(NormReceiverBuilder options, TargetStorage storage, MulticastPort port) {
        this.options = options;
        this.storage = storage;
        this.end = new OpenEnd<>(
                new EndName("norm-receiver", options.group),
                new ThreadMaker(options.environment.threads()),
                options.guard(port),
                options.listener,
                TransferListener::objectsReceived);
    }

    @Override
    public Transfer<NormReceiveReport> receive(NormTarget target) {
        return end.start(new NormReceiveTransfer(target, storage, options, end.port()))
                .transfer();
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
        return "NORM receiver from " + options.group;
    }
}

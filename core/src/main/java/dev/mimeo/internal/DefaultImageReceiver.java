package dev.mimeo.internal;

import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.ReceiveReport;
import dev.mimeo.Transfer;
import dev.mimeo.TransferListener;
import java.io.IOException;

/** A receiver with its port; every transfer is a {@link ReceiveTransfer}. */
final class DefaultImageReceiver implements ImageReceiver {
    private final ReceiverBuilder options;
    private final TargetStorage storage;
    private final OpenEnd<ReceiveReport> end;

    private DefaultImageReceiver(ReceiverBuilder options, TargetStorage storage, MulticastPort port) {
        this.options = options;
        this.storage = storage;
        this.end = new OpenEnd<>("mimeo-receiver-" + options.group, port, options.listener, TransferListener::received);
    }

    /** Opens the port that the options, which are kept, ask for. */
    static DefaultImageReceiver open(ReceiverBuilder options) throws IOException {
        InterfaceFacts facts =
                new InterfaceChoice(InterfaceFacts.ofThisMachine(), options.group).choose(options.networkInterface);
        MulticastPort port = DatagramPort.open(options.group, facts, options.timeToLive, true);
        return open(options, TargetStorage.LOCAL, port);
    }

    /** Receives through a port of the caller's choice, which the receiver closes. */
    static DefaultImageReceiver open(ReceiverBuilder options, TargetStorage storage, MulticastPort port) {
        return new DefaultImageReceiver(options, storage, port);
    }

    @Override
    public Transfer<ReceiveReport> receive(ImageTarget target) {
        return end.start(new ReceiveTransfer(target.path(), storage, options, end.port()));
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
        return "image receiver from " + options.group;
    }
}

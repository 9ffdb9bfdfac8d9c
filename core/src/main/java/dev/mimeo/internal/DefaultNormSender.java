package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.NormObject;
import dev.mimeo.NormSendReport;
import dev.mimeo.NormSender;
import dev.mimeo.Transfer;
import dev.mimeo.TransferListener;
import java.util.List;

/** A sender with its port; every transfer is a {@link NormSendTransfer}. */
final class DefaultNormSender implements NormSender {
    private final NormSenderBuilder options;
    private final int segmentLength;
    private final OpenEnd<NormSendReport> end;

    /** Sends through {@code port}, which the sender closes; the options are kept. */
    DefaultNormSender(NormSenderBuilder options, SenderSettings.SenderPort port) {
        this.options = options;
        this.segmentLength = port.segmentLength();
        this.end = new OpenEnd<>(
                new EndName("norm-sender", options.group),
                new ThreadMaker(options.environment.threads()),
                options.guard(port.port()),
                options.listener,
                TransferListener::objectsSent);
    }

    @Override
    public Transfer<NormSendReport> send(List<NormObject> objects) {
        return end.start(new NormSendTransfer(objects, options, segmentLength, end.port()))
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
        return "NORM sender to " + options.group;
    }
}

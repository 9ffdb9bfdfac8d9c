package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.NormFile;
import dev.mimeo.NormReceiveReport;
import dev.mimeo.NormSendReport;
import dev.mimeo.ReceiveReport;
import dev.mimeo.ReceiverOptions;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SendReport;
import dev.mimeo.SenderOptions;
import dev.mimeo.TransferListener;
import dev.mimeo.TransferPhase;
import dev.mimeo.internal.Party.Seat;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A sender or receiver of ours, in this process, behind a port that loses what the case wants lost. */
final class MimeoEndpoint implements Endpoint {
    private final Seat seat;
    private final TestPort port;
    /** All guarded by {@code this}. */
    private final StringBuilder transcript = new StringBuilder();

    private final List<Received> received = new ArrayList<>();
    private final Set<Integer> acknowledgements = new HashSet<>();
    private Optional<String> failure = Optional.empty();
    private Runnable closing = () -> {};
    private boolean closed;

    /** Meets at {@code group}, that of the seat. */
    MimeoEndpoint(Seat seat, MulticastGroup group, double loss) throws IOException {
        this.seat = seat;
        transcript.append("node " + seat.nodeId() + ", losses of seed " + seat.seed() + "\n");
        InterfaceFacts loopback =
                new InterfaceChoice(InterfaceFacts.ofThisMachine(), group).choose(Optional.of(Loopback.INTERFACE));
        port = new TestPort(DatagramPort.open(group, List.of(loopback), Outlet.of(0)), seat.seed())
                .loss(loss)
                .sendLoss(loss);
    }

    /** Returns the port, which whoever opens the sender or receiver passes on. */
    MulticastPort port() {
        return port;
    }

    /** Tells a sender what the case wants. */
    void tell(SenderOptions<?> options) {
        InteropCase test = seat.test();
        options.networkInterface(Loopback.INTERFACE);
        options.timeToLive(0);
        options.nodeId(seat.nodeId());
        options.rate(test.rate());
        options.segmentLength(test.segmentLength());
        options.blockLength(test.blockLength());
        options.parityCount(test.parityCount());
        options.fecEncodingId(test.fecEncodingId());
        options.listener(new Notes());
        test.congestionControl().ifPresent(options::congestionControl);
        if (test.isAcknowledged()) {
            options.acknowledgedBy(
                    seat.plainReceiverIds().stream().mapToInt(Integer::intValue).toArray());
        }
    }

    /** Tells a receiver what the case wants. */
    void tell(ReceiverOptions<?> options) {
        options.networkInterface(Loopback.INTERFACE);
        options.timeToLive(0);
        options.nodeId(seat.nodeId());
        options.listener(new Notes());
        if (seat.test().isUnicastFeedback()) {
            options.unicastFeedback();
        }
    }

    /** Takes charge of a sender or receiver: how to close it. */
    synchronized void owns(Runnable close) {
        closing = close;
    }

    private synchronized void note(Object event) {
        transcript.append(event).append('\n');
    }

    private synchronized void noteAcknowledgements(List<ReceiverStatus> receivers) {
        receivers.stream()
                .filter(receiver -> receiver.state() == ReceiverStatus.State.ACKNOWLEDGED)
                .forEach(receiver -> acknowledgements.add(Integer.parseUnsignedInt(receiver.id(), 16)));
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public synchronized List<Received> received() {
        return List.copyOf(received);
    }

    @Override
    public synchronized Set<Integer> acknowledgements() {
        return Set.copyOf(acknowledgements);
    }

    @Override
    public synchronized Optional<String> failure() {
        return closed ? Optional.empty() : failure;
    }

    @Override
    public synchronized String transcript() {
        return transcript.toString();
    }

    @Override
    public void kill() {
        port.die();
        close();
    }

    @Override
    public void close() {
        Runnable close;
        synchronized (this) {
            closed = true;
            close = closing;
        }
        close.run();
    }

    /** What is said to a user. */
    private final class Notes implements TransferListener {
        @Override
        public void phaseChanged(TransferPhase phase) {
            note(phase);
        }

        @Override
        public void receiverChanged(ReceiverStatus receiver) {
            note(receiver);
            noteAcknowledgements(List.of(receiver));
        }

        @Override
        public void objectStored(NormFile file) {
            note(file);
            Optional<String> name = Optional.of(file.name()).filter(text -> !text.isEmpty());
            synchronized (MimeoEndpoint.this) {
                received.add(new Received(file.isFile(), file.length(), name, file.path()));
            }
        }

        @Override
        public void objectsReceived(NormReceiveReport report) {
            note(report);
        }

        @Override
        public void objectsSent(NormSendReport report) {
            note(report);
            noteAcknowledgements(report.receivers());
        }

        @Override
        public void sent(SendReport report) {
            note(report);
            noteAcknowledgements(report.receivers());
        }

        @Override
        public void received(ReceiveReport report) {
            note(report);
            synchronized (MimeoEndpoint.this) {
                received.add(new Received(
                        true,
                        report.image().length(),
                        Optional.of(report.image().name()),
                        report.path()));
            }
        }

        @Override
        public void failed(Throwable cause) {
            StringWriter trace = new StringWriter();
            cause.printStackTrace(new PrintWriter(trace));
            note(trace);
            synchronized (MimeoEndpoint.this) {
                failure = Optional.of(cause.toString());
            }
        }
    }
}

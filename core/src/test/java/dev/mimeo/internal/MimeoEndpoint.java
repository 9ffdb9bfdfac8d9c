package dev.mimeo.internal;

import dev.mimeo.ReceiveReport;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SendReport;
import dev.mimeo.TransferListener;
import dev.mimeo.TransferPhase;
import dev.mimeo.internal.Party.Seat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A sender or receiver of ours, in this process, behind a port that loses what the case wants lost. */
final class MimeoEndpoint implements Endpoint {
    private final TestPort port;
    /** All guarded by {@code this}. */
    private final StringBuilder transcript = new StringBuilder();

    private final List<Received> received = new ArrayList<>();
    private final Set<Integer> acknowledgements = new HashSet<>();
    private Optional<String> failure = Optional.empty();
    private Runnable closing = () -> {};
    private boolean closed;

    MimeoEndpoint(Seat seat, double loss) throws IOException {
        transcript.append(seat).append('\n');
        InterfaceFacts loopback = new InterfaceChoice(InterfaceFacts.ofThisMachine(), seat.group())
                .choose(Optional.of(Loopback.INTERFACE));
        port = new TestPort(DatagramPort.open(seat.group(), loopback, 0, true), seat.seed())
                .loss(loss)
                .sendLoss(loss);
    }

    /** Returns the port, which whoever opens the sender or receiver passes on. */
    MulticastPort port() {
        return port;
    }

    /** Takes charge of a sender or receiver: how to close it. */
    synchronized void owns(Runnable close) {
        closing = close;
    }

    /** Returns who notes what the sender or receiver says. */
    TransferListener listener() {
        return new Notes();
    }

    private synchronized void note(Object event) {
        transcript.append(event).append('\n');
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
            if (receiver.state() == ReceiverStatus.State.ACKNOWLEDGED) {
                synchronized (MimeoEndpoint.this) {
                    acknowledgements.add(Integer.parseUnsignedInt(receiver.id(), 16));
                }
            }
        }

        @Override
        public void sent(SendReport report) {
            note(report);
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
            note(cause);
            synchronized (MimeoEndpoint.this) {
                failure = Optional.of(cause.toString());
            }
        }
    }
}

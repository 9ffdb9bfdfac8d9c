package dev.mimeo.internal;

import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.Outbound;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The one event loop: runs a machine over a port, the same for both roles.
 *
 * <p>Every turn takes a bounded number of datagrams in and lets a bounded number out, so that neither direction, nor the
 * disks, can starve the others. The thread that calls {@link #run} is the protocol thread; it blocks nowhere but in the
 * port, and only until the next deadline.
 *
 * @param <H> receives the events of the machine
 */
final class MachineDriver<H> {
    private static final int RECEIVE_BUDGET = 256;
    private static final int SEND_BUDGET = 64;
    /** How long a full send buffer gets to drain: some fifty datagrams at 5 Gbit/s. */
    private static final long FULL_BUFFER_NANOS = 200_000;
    /** A wait that no deadline bounds still ends now and then, should a wakeup ever be lost. */
    private static final long LONGEST_WAIT_NANOS = 1_000_000_000;

    private final Session<H> session;
    private final MulticastPort port;
    private final Inbox inbox;
    private final SessionClock clock;
    private final Inbound inbound = new Inbound();
    private final Outbound outbound = new Outbound(ByteBuffer.allocateDirect(Outbound.LARGEST_DATAGRAM));
    /** A datagram that the system had no room for, or null. */
    private ByteBuffer delayed;

    private NodeId delayedDestination = NodeId.ANY;
    /** Whether the system had no room for all that was to leave. */
    private boolean isFull;

    MachineDriver(Session<H> session, MulticastPort port, Inbox inbox, SessionClock clock) {
        this.session = session;
        this.port = port;
        this.inbox = inbox;
        this.clock = clock;
    }

    /** Runs the transfer to its end. */
    void run() throws IOException {
        while (!session.hasEnded()) {
            turn();
        }
    }

    private void turn() throws IOException {
        Machine<H> machine = session.machine();
        long now = clock.nanos();
        boolean receivedAll = receive(machine, now);
        machine.onTaken(receivedAll, now);
        inbox.deliverAll(now);
        machine.onTime(now);
        send(machine, now);
        machine.drainEvents(session.events());
        session.onTurn(now);
        if (receivedAll && !session.hasEnded()) {
            port.await(nanosToWait(machine));
        }
    }

    /** Returns whether nothing more waits. */
    private boolean receive(Machine<H> machine, long now) throws IOException {
        for (int i = 0; i < RECEIVE_BUDGET; i++) {
            if (!port.receive(inbound)) {
                return true;
            }
            if (inbound.datagram().hasRemaining()) {
                port.heard(inbound);
                machine.onDatagram(inbound.datagram(), inbound.delivery(), now);
            }
        }
        return false;
    }

    private void send(Machine<H> machine, long now) throws IOException {
        boolean hasRoom = true;
        for (int i = 0; hasRoom && i < SEND_BUDGET; i++) {
            if (delayed == null) {
                if (!machine.pollDatagram(outbound, now)) {
                    break;
                }
                delayed = outbound.datagram();
                delayedDestination = outbound.destination();
            }
            hasRoom = port.send(delayed, delayedDestination);
            delayed = hasRoom ? null : delayed;
        }
        isFull = !hasRoom || !port.flush();
    }

    private long nanosToWait(Machine<H> machine) {
        long deadline = Math.min(machine.nextDeadlineNanos(), session.nextDeadlineNanos());
        long wait = Math.min(LONGEST_WAIT_NANOS, deadline - clock.nanos());
        return isFull ? FULL_BUFFER_NANOS : wait;
    }
}

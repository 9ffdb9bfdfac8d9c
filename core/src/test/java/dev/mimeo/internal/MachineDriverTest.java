package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.Outbound;
import dev.mimeo.protocol.SourceBlock;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop, over a machine and a port that write down what is done to them. */
@Timeout(20)
class MachineDriverTest {
    private final List<String> log = new ArrayList<>();
    private final Deque<Byte> arriving = new ArrayDeque<>();
    private final Deque<Byte> leaving = new ArrayDeque<>();
    private final Script machine = new Script();
    private final Wire port = new Wire();
    private final Inbox inbox = new Inbox(port::wakeup);
    private final Ended session = new Ended();
    private final MachineDriver<Runnable> driver = new MachineDriver<>(session, port, inbox, new SessionClock());

    @Test
    void aTurnTakesInDoesWorkLetsOutAndTellsInThisOrder() throws IOException {
        inbox.post(now -> log.add("work"));
        arriving.addAll(List.of((byte) 1, (byte) 2));
        leaving.add((byte) 9);
        session.turns = 1;
        driver.run();
        assertThat(log).containsExactly("in 1", "in 2", "work", "time", "out 9", "events", "turn");
    }

    @Test
    void aDatagramThatFoundNoRoomGoesFirstNextTime() throws IOException {
        port.room = 1;
        leaving.addAll(List.of((byte) 1, (byte) 2, (byte) 3));
        session.turns = 2;
        driver.run();
        assertThat(log)
                .containsExactly(
                        "time", "out 1", "full", "events", "turn", "wait", "time", "out 2", "out 3", "events", "turn");
    }

    @Test
    void whatThePortKeepsLeavesBeforeTheTurnEnds() throws IOException {
        port.keeps = true;
        leaving.addAll(List.of((byte) 1, (byte) 2));
        session.turns = 1;
        driver.run();
        assertThat(log).containsExactly("time", "out 1", "out 2", "flush", "events", "turn");
    }

    @Test
    void whatThePortCouldNotLetLeaveIsTriedAgainAfterAWait() throws IOException {
        port.keeps = true;
        port.flushes = false;
        session.turns = 2;
        driver.run();
        assertThat(log)
                .containsExactly("time", "flush", "events", "turn", "wait 200000", "time", "flush", "events", "turn");
    }

    @Test
    void aFloodDoesNotStarveTheRest() throws IOException {
        arriving.addAll(Collections.nCopies(1000, (byte) 1));
        session.turns = 2;
        driver.run();
        assertThat(log.subList(255, 258)).containsExactly("in 1", "behind", "time");
        assertThat(log).doesNotContain("wait");
    }

    private final class Ended implements Session<Runnable> {
        private int turns;

        @Override
        public Machine<Runnable> machine() {
            return machine;
        }

        @Override
        public Runnable events() {
            return () -> log.add("events");
        }

        @Override
        public void onTurn(long nowNanos) {
            log.add("turn");
            turns--;
        }

        @Override
        public long nextDeadlineNanos() {
            return Machine.NEVER;
        }

        @Override
        public boolean hasEnded() {
            return turns == 0;
        }
    }

    private final class Script implements Machine<Runnable> {
        @Override
        public void onDatagram(ByteBuffer datagram, Delivery delivery, long nowNanos) {
            log.add("in " + datagram.get(0));
        }

        @Override
        public void onBlock(SourceBlock block, long nowNanos) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void onTaken(boolean everything, long nowNanos) {
            if (!everything) {
                log.add("behind");
            }
        }

        @Override
        public void onTime(long nowNanos) {
            log.add("time");
        }

        @Override
        public boolean pollDatagram(Outbound outbound, long nowNanos) {
            if (leaving.isEmpty()) {
                return false;
            }
            outbound.toGroup().put(leaving.poll());
            return true;
        }

        @Override
        public void drainEvents(Runnable handler) {
            handler.run();
        }

        @Override
        public long nextDeadlineNanos() {
            return NEVER;
        }
    }

    private final class Wire implements MulticastPort {
        private int room = Integer.MAX_VALUE;
        private boolean keeps;
        private boolean flushes = true;

        @Override
        public boolean receive(Inbound inbound) {
            if (arriving.isEmpty()) {
                return false;
            }
            inbound.clear().put(arriving.poll());
            inbound.received(Delivery.MULTICAST, null);
            return true;
        }

        @Override
        public void heard(Inbound inbound) {}

        @Override
        public boolean send(ByteBuffer datagram, NodeId destination) {
            if (room == 0) {
                log.add("full");
                room = Integer.MAX_VALUE;
                return false;
            }
            room--;
            log.add("out " + datagram.get(0));
            return true;
        }

        @Override
        public boolean flush() {
            if (keeps) {
                log.add("flush");
            }
            return flushes;
        }

        @Override
        public Optional<SocketAddress> addressOf(NodeId node) {
            return Optional.empty();
        }

        @Override
        public void await(long nanos) {
            log.add(keeps ? "wait " + nanos : "wait");
        }

        @Override
        public void wakeup() {}

        @Override
        public void close() {}
    }
}

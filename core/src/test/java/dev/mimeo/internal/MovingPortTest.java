package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.MulticastGroup;
import dev.mimeo.protocol.NodeId;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MovingPortTest {
    private static final MulticastGroup HOME = MulticastGroup.of("239.192.7.1", 6_003);

    private final List<String> told = new ArrayList<>();
    private final MovingPort port = new MovingPort(HOME, new Wire("home"), () -> new Wire("home again"));

    @Test
    void itIsAMemberOfOneGroupAtATimeAndComesBack() {
        port.moveHome();
        port.wakeup();
        port.moveTo(new Wire("lane"));
        port.wakeup();
        port.moveHome();
        port.wakeup();
        port.close();
        assertThat(told)
                .containsExactly(
                        "home woken",
                        "home closed",
                        "lane woken",
                        "lane closed",
                        "home again woken",
                        "home again closed");
    }

    @Test
    void onceClosedNothingStaysOpen() {
        port.close();
        port.moveTo(new Wire("lane"));
        assertThat(told).containsExactly("home closed", "lane closed");
    }

    private final class Wire implements MulticastPort {
        private final String name;

        Wire(String name) {
            this.name = name;
        }

        @Override
        public boolean receive(Inbound inbound) {
            return false;
        }

        @Override
        public void heard(Inbound inbound) {}

        @Override
        public boolean send(ByteBuffer datagram, NodeId destination) {
            return true;
        }

        @Override
        public boolean flush() {
            return true;
        }

        @Override
        public Optional<SocketAddress> addressOf(NodeId node) {
            return Optional.empty();
        }

        @Override
        public void await(long nanos) {}

        @Override
        public void wakeup() {
            told.add(name + " woken");
        }

        @Override
        public void close() {
            told.add(name + " closed");
        }
    }
}

package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.mimeo.MulticastGroup;
import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.kit.Fault;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DatagramPortTest {
    private static final NodeId SENDER = new NodeId(0x11);
    private static final NodeId RECEIVER = new NodeId(0x22);

    private final MulticastGroup group = Loopback.group();
    private final Inbound inbound = new Inbound();

    @Test
    void everyMemberOnThisMachineHearsTheGroupItselfIncluded() throws IOException {
        try (DatagramPort sender = open();
                DatagramPort one = open();
                DatagramPort two = open()) {
            assertThat(sender.send(datagram(SENDER, 42), NodeId.ANY)).isTrue();
            assertThat(sender.flush()).isTrue();
            for (DatagramPort member : new DatagramPort[] {one, two, sender}) {
                receive(member);
                assertThat(inbound.delivery()).isEqualTo(Delivery.MULTICAST);
                assertThat(inbound.datagram()).isEqualTo(datagram(SENDER, 42));
            }
        }
    }

    @Test
    void anAnswerReachesTheOneItIsForAndNobodyElse() throws IOException {
        try (DatagramPort sender = open();
                DatagramPort receiver = open();
                DatagramPort other = open()) {
            sender.send(datagram(SENDER, 1), NodeId.ANY);
            sender.flush();
            receive(receiver);
            receive(other);
            receiver.send(datagram(RECEIVER, 2), SENDER);
            receiver.flush();
            receive(sender);
            assertThat(inbound.datagram()).isEqualTo(datagram(SENDER, 1));
            receive(sender);
            assertThat(inbound.delivery()).isEqualTo(Delivery.UNICAST);
            assertThat(inbound.datagram()).isEqualTo(datagram(RECEIVER, 2));
            assertThat(other.receive(inbound)).isFalse();
        }
    }

    @Test
    void aDatagramToSomebodyUnheardIsLost() throws IOException {
        try (DatagramPort port = open()) {
            assertThat(port.send(datagram(SENDER, 1), RECEIVER)).isTrue();
            assertThat(port.flush()).isTrue();
            assertThat(port.receive(inbound)).isFalse();
        }
    }

    @Test
    void aDatagramThatTheSystemRefusesIsLost() throws IOException {
        try (DatagramPort port = open()) {
            assertThat(port.send(ByteBuffer.allocate(65_508), NodeId.ANY)).isTrue();
            assertThat(port.send(datagram(SENDER, 1), NodeId.ANY)).isTrue();
            assertThat(port.flush()).isTrue();
            receive(port);
        }
    }

    @Test
    void waitingEndsWithADatagramAWakeupOrTheTime() throws Exception {
        try (DatagramPort port = open();
                DatagramPort other = open()) {
            SessionClock clock = new SessionClock();
            port.await(500_000);
            port.await(5_000_000);
            assertThat(clock.nanos()).isLessThan(2_000_000_000);

            other.send(datagram(SENDER, 1), NodeId.ANY);
            other.flush();
            port.await(20_000_000_000L);
            assertThat(port.receive(inbound)).isTrue();

            port.wakeup();
            port.await(20_000_000_000L);

            Thread waker = new Thread(port::wakeup);
            waker.start();
            port.await(20_000_000_000L);
            waker.join();
        }
    }

    @Test
    void whatIsClosedIsLeft() throws IOException {
        DatagramPort port = open();
        port.close();
        port.close();
        try (DatagramPort next = open()) {
            assertThat(next.receive(inbound)).isFalse();
        }
    }

    @Fault("F49")
    @Test
    void aPortThatSomebodyKeepsForHimselfIsNamed() throws IOException {
        try (DatagramChannel other = DatagramChannel.open()) {
            other.bind(new InetSocketAddress(group.port()));
            assertThatIOException()
                    .isThrownBy(this::open)
                    .withMessage("Cannot open UDP port " + group.port()
                            + ": Address already in use. Another program holds it"
                            + " and does not share it: stop that program, or choose another port.");
        }
    }

    @Test
    void otherGroupsOnTheSamePortAreNotHeard() throws IOException {
        MulticastGroup neighbour = MulticastGroup.of("239.194.0.1", group.port());
        try (DatagramPort port = open();
                DatagramPort other = open(neighbour)) {
            other.send(datagram(SENDER, 1), NodeId.ANY);
            other.flush();
            receive(other);
            assertThat(port.receive(inbound)).isFalse();
        }
    }

    @Test
    void whatIsForTheGroupLeavesOnEveryInterfaceAndAnAnswerOnTheOneThatHeard() throws IOException {
        InterfaceFacts loopback = loopback(group);
        try (DatagramPort sender = DatagramPort.open(group, List.of(loopback, loopback), Outlet.of(0));
                DatagramPort receiver = open()) {
            sender.send(datagram(SENDER, 1), NodeId.ANY);
            sender.flush();
            receive(receiver);
            SocketAddress one = inbound.source();
            receive(receiver);
            assertThat(inbound.source()).isNotEqualTo(one);
            assertThat(receiver.receive(inbound)).isFalse();
            receiver.send(datagram(RECEIVER, 2), SENDER);
            receiver.flush();
            do {
                receive(sender);
            } while (inbound.delivery() == Delivery.MULTICAST);
            assertThat(inbound.datagram()).isEqualTo(datagram(RECEIVER, 2));
            sender.send(datagram(SENDER, 3), RECEIVER);
            sender.flush();
            receive(receiver);
            assertThat(inbound.delivery()).isEqualTo(Delivery.UNICAST);
            assertThat(inbound.source()).as("where it was asked").isNotEqualTo(one);
        }
    }

    private DatagramPort open() throws IOException {
        return open(group);
    }

    private static DatagramPort open(MulticastGroup group) throws IOException {
        return DatagramPort.open(group, List.of(loopback(group)), Outlet.of(0));
    }

    private static InterfaceFacts loopback(MulticastGroup group) throws IOException {
        return new InterfaceChoice(InterfaceFacts.ofThisMachine(), group).choose(Optional.of(Loopback.INTERFACE));
    }

    private void receive(MulticastPort port) throws IOException {
        while (!port.receive(inbound)) {
            port.await(1_000_000_000);
        }
        port.heard(inbound);
    }

    @Test
    void whereANodeIsIsBelievedWhenSomebodySaysSo() throws IOException {
        try (DatagramPort sender = open();
                DatagramPort receiver = open()) {
            sender.send(datagram(SENDER, 1), NodeId.ANY);
            sender.flush();
            while (!receiver.receive(inbound)) {
                receiver.await(1_000_000_000);
            }
            assertThat(receiver.addressOf(SENDER)).isEmpty();
            receiver.heard(inbound);
            assertThat(receiver.addressOf(SENDER)).contains(inbound.source());
        }
    }

    private static ByteBuffer datagram(NodeId source, int content) {
        return ByteBuffer.allocate(12).putInt(4, source.value()).putInt(8, content);
    }
}

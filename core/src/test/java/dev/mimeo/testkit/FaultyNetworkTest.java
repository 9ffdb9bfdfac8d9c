package dev.mimeo.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mimeo.MulticastGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultyNetworkTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration NOT_AT_ALL = Duration.ofMillis(50);

    private FaultyNetwork network;
    private Station sender;
    private Station first;
    private Station second;

    @BeforeEach
    void open() throws IOException {
        network = FaultyNetwork.open(2, 1);
        sender = new Station(network.senderGroup());
        first = new Station(network.seatGroup(0));
        second = new Station(network.seatGroup(1));
    }

    @AfterEach
    void close() throws IOException {
        network.close();
        sender.channel.close();
        first.channel.close();
        second.channel.close();
    }

    @Test
    void whatTheSenderSaysReachesEverySeat() throws Exception {
        sender.say("data");
        assertThat(first.hear(SOON)).contains("data");
        assertThat(second.hear(SOON)).contains("data");
        assertThat(network.offered()).isEqualTo(2);
        assertThat(network.lost()).isZero();
    }

    @Test
    void whatASeatAnswersReachesTheSenderAlone() throws Exception {
        sender.say("data");
        first.hear(SOON);
        second.hear(SOON);
        first.answer("report");
        assertThat(sender.hear(SOON)).contains("report");
        assertThat(second.hear(NOT_AT_ALL)).isEmpty();
        assertThat(first.hear(NOT_AT_ALL)).isEmpty();
        assertThat(network.offered()).isEqualTo(3);
    }

    @Test
    void whatASeatSaysToItsGroupReachesTheSenderAndTheOtherSeatsOnce() throws Exception {
        sender.say("data");
        first.hear(SOON);
        second.hear(SOON);
        second.say("nack");
        assertThat(sender.hear(SOON)).contains("nack");
        assertThat(first.hear(SOON)).contains("nack");
        assertThat(first.hear(NOT_AT_ALL)).isEmpty();
        assertThat(sender.hear(NOT_AT_ALL)).isEmpty();
        assertThat(network.offered()).isEqualTo(4);
    }

    @Test
    void everySeatLosesForItself() throws Exception {
        network.everyLink(link -> link.loss(0.5));
        int heardByFirst = 0;
        int heardBySecond = 0;
        for (int i = 0; i < 200; i++) {
            sender.say("data");
            while (network.offered() < 2 * (i + 1)) {
                Thread.onSpinWait();
            }
        }
        assertThat(network.lost()).isBetween(140L, 260L);
        while (first.hear(NOT_AT_ALL).isPresent()) {
            heardByFirst++;
        }
        while (second.hear(NOT_AT_ALL).isPresent()) {
            heardBySecond++;
        }
        assertThat(heardByFirst + heardBySecond).isEqualTo(400 - (int) network.lost());
        assertThat(heardByFirst).isBetween(60, 140);
    }

    @Test
    void aReceiverThatCannotBeHeardHearsAllTheSame() throws Exception {
        network.from(0).down(true);
        sender.say("data");
        assertThat(first.hear(SOON)).contains("data");
        first.answer("report");
        first.say("nack");
        assertThat(sender.hear(NOT_AT_ALL)).isEmpty();
        assertThat(network.from(0).lost()).isEqualTo(2);

        network.from(0).down(false);
        first.answer("again");
        assertThat(sender.hear(SOON)).contains("again");
    }

    @Test
    void whatIsHeldBackIsOvertaken() throws Exception {
        network.to(0).reorder(1, Duration.ofMillis(100));
        sender.say("early");
        assertThat(second.hear(SOON)).contains("early");
        network.to(0).reorder(0, Duration.ZERO);
        sender.say("late");
        assertThat(first.hear(SOON)).contains("late");
        assertThat(first.hear(SOON)).contains("early");
        assertThat(network.to(0).reordered()).isEqualTo(1);
    }

    @Test
    void nothingPassesWhenClosed() throws Exception {
        network.to(0).delay(Duration.ofMillis(1), Duration.ZERO);
        sender.say("before");
        assertThat(second.hear(SOON)).contains("before");
        network.close();
        network.close();
        first.hear(NOT_AT_ALL);
        sender.say("after");
        assertThat(first.hear(NOT_AT_ALL)).isEmpty();
    }

    @Test
    void itSaysWhichSeedItHasAndWhatItDid() throws Exception {
        network.to(1).down(true);
        sender.say("data");
        first.hear(SOON);
        while (network.offered() < 2) {
            Thread.onSpinWait();
        }
        assertThat(network)
                .hasToString(
                        "faulty network with seed 1; to seat 0: 1 datagrams, 0 lost, 0 duplicated, 0 damaged, 0 held back;"
                                + " from seat 0: 0 datagrams, 0 lost, 0 duplicated, 0 damaged, 0 held back;"
                                + " to seat 1: 1 datagrams, 1 lost, 0 duplicated, 0 damaged, 0 held back;"
                                + " from seat 1: 0 datagrams, 0 lost, 0 duplicated, 0 damaged, 0 held back");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, FaultyNetwork.MOST_SEATS + 1})
    void aNetworkWithoutSeatsOrWithTooManyIsRefused(int seats) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FaultyNetwork.open(seats, 1))
                .withMessage(seats + " seats; there can be 1 to 50");
    }

    private static NetworkInterface loopback() throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    /** A sender or a receiver, as far as the network can tell: one channel that hears a group and speaks. */
    private static final class Station {
        private final MulticastGroup group;
        private final DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        private SocketAddress heardFrom;

        Station(MulticastGroup group) throws IOException {
            this.group = group;
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback());
            channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 0);
            channel.bind(new InetSocketAddress(group.port()));
            channel.join(group.address(), loopback());
            channel.configureBlocking(false);
        }

        void say(String text) throws IOException {
            channel.send(ByteBuffer.wrap(text.getBytes()), new InetSocketAddress(group.address(), group.port()));
        }

        void answer(String text) throws IOException {
            channel.send(ByteBuffer.wrap(text.getBytes()), heardFrom);
        }

        /** Returns the next datagram that is not its own. */
        Optional<String> hear(Duration atMost) throws Exception {
            long deadline = System.nanoTime() + atMost.toNanos();
            ByteBuffer buffer = ByteBuffer.allocate(100);
            while (System.nanoTime() - deadline < 0) {
                buffer.clear();
                SocketAddress source = channel.receive(buffer);
                if (source == null) {
                    Thread.sleep(1);
                } else if (((InetSocketAddress) source).getPort() != group.port()) {
                    heardFrom = source;
                    return Optional.of(new String(buffer.array(), 0, buffer.position()));
                }
            }
            return Optional.empty();
        }
    }
}

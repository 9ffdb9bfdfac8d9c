package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.MulticastGroup;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LossyRoomTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration NOT_AT_ALL = Duration.ofMillis(50);

    private final MulticastGroup senders = group(1);
    private final List<MulticastGroup> seats = List.of(group(2), group(3));
    private Station sender;
    private Station first;
    private Station second;

    @BeforeEach
    void open() throws IOException {
        sender = new Station(senders);
        first = new Station(seats.get(0));
        second = new Station(seats.get(1));
    }

    @AfterEach
    void close() throws IOException {
        sender.channel.close();
        first.channel.close();
        second.channel.close();
    }

    @Test
    void whatTheSenderSaysReachesEverySeat() throws Exception {
        try (LossyRoom room = room(0)) {
            sender.say("data");
            assertThat(first.hear(SOON)).contains("data");
            assertThat(second.hear(SOON)).contains("data");
            assertThat(room.offered()).isEqualTo(2);
            assertThat(room.dropped()).isZero();
        }
    }

    @Test
    void whatASeatAnswersReachesTheSenderAlone() throws Exception {
        try (LossyRoom room = room(0)) {
            sender.say("data");
            first.hear(SOON);
            second.hear(SOON);
            first.answer("report");
            assertThat(sender.hear(SOON)).contains("report");
            assertThat(second.hear(NOT_AT_ALL)).isEmpty();
            assertThat(first.hear(NOT_AT_ALL)).isEmpty();
            assertThat(room.offered()).isEqualTo(3);
        }
    }

    @Test
    void whatASeatSaysToItsGroupReachesTheSenderAndTheOtherSeatsOnce() throws Exception {
        try (LossyRoom room = room(0)) {
            sender.say("data");
            first.hear(SOON);
            second.hear(SOON);
            second.say("nack");
            assertThat(sender.hear(SOON)).contains("nack");
            assertThat(first.hear(SOON)).contains("nack");
            assertThat(first.hear(NOT_AT_ALL)).isEmpty();
            assertThat(sender.hear(NOT_AT_ALL)).isEmpty();
            assertThat(room.offered()).isEqualTo(4);
        }
    }

    @Test
    void losesForEachSeatIndependently() throws Exception {
        int heardByFirst = 0;
        int heardByBoth = 0;
        try (LossyRoom room = room(0.5)) {
            for (int i = 0; i < 200; i++) {
                sender.say("data");
                while (room.offered() < 2 * (i + 1)) {
                    Thread.onSpinWait();
                }
            }
            assertThat(room.dropped()).isBetween(140L, 260L);
            while (first.hear(NOT_AT_ALL).isPresent()) {
                heardByFirst++;
            }
            while (second.hear(NOT_AT_ALL).isPresent()) {
                heardByBoth++;
            }
            heardByBoth += heardByFirst;
            assertThat(heardByBoth).isEqualTo(400 - room.dropped());
            assertThat(heardByFirst).isBetween(60, 140);
        }
    }

    @Test
    void nothingPassesWhenClosed() throws Exception {
        LossyRoom room = room(0);
        room.close();
        room.close();
        sender.say("data");
        assertThat(first.hear(NOT_AT_ALL)).isEmpty();
    }

    private LossyRoom room(double loss) throws IOException {
        return LossyRoom.open(loopback(), senders, seats, loss, new SplittableRandom(1));
    }

    private static NetworkInterface loopback() throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    private static MulticastGroup group(int last) {
        try (DatagramSocket probe = new DatagramSocket(0)) {
            return MulticastGroup.of("239.255.77." + last, probe.getLocalPort());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A sender or a receiver, as far as the room can tell: one channel that hears a group and speaks. */
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

package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Fault;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;

/** What comes out of a socket. With Java 22 and later on Linux, datagrams are taken together and cut apart. */
@Timeout(20)
class DatagramReceiverTest {
    private final Sockets sockets;
    private final DatagramChannel sending;
    private final DatagramSender sender;

    DatagramReceiverTest() throws IOException {
        sockets = new Sockets();
        sending = sockets.open();
        sender = new DatagramSender(sending, Sockets.nativeSocket(sending));
        sockets.sending(sending);
    }

    @AfterEach
    void close() throws IOException {
        sockets.close();
    }

    @Test
    void whatIsTakenTogetherComesApartAsItWasSent() throws IOException {
        DatagramChannel channel = sockets.open();
        Optional<NativeSocket> socket = Sockets.nativeSocket(channel);
        DatagramReceiver receiver = new DatagramReceiver(sockets.listening(channel), socket);
        DatagramReceiver plain = new DatagramReceiver(sockets.listening(sockets.open()), Optional.empty());
        for (int length : new int[] {1, 9, 1_400, 1_472, 30_000, 65_507}) {
            List<ByteBuffer> datagrams = run(length, Math.min(100, 3 + 60_000 / length));
            send(datagrams);
            assertThat(Sockets.receive(receiver)).as("length %d", length).isEqualTo(datagrams);
            assertThat(Sockets.receive(plain)).as("length %d", length).isEqualTo(datagrams);
        }
    }

    @Test
    void anAddressOfIpv6HasNoZoneUnlessItNeedsOne() throws IOException {
        Sockets.assumeThereIs("::1");
        try (DatagramChannel in = DatagramChannel.open(StandardProtocolFamily.INET6);
                DatagramChannel out = DatagramChannel.open(StandardProtocolFamily.INET6)) {
            DatagramReceiver receiver = new DatagramReceiver(in, Sockets.nativeSocket(in));
            in.bind(new InetSocketAddress("::1", 0)).configureBlocking(false);
            out.bind(new InetSocketAddress("::1", 0)).send(Sockets.datagram(100, 1), in.getLocalAddress());
            InetSocketAddress from = (InetSocketAddress) receiver.receive(ByteBuffer.allocateDirect(1_000));
            assertThat(from).isEqualTo(out.getLocalAddress());
            assertThat(from.getAddress().getHostAddress()).isEqualTo("0:0:0:0:0:0:0:1");
        }
    }

    @Test
    void everyDatagramIsFromItsSender() throws IOException {
        DatagramChannel channel = sockets.open();
        Optional<NativeSocket> socket = Sockets.nativeSocket(channel);
        DatagramReceiver receiver = new DatagramReceiver(sockets.listening(channel), socket);
        DatagramChannel other = sockets.sending(sockets.open());
        DatagramSender second = new DatagramSender(other, Optional.empty());
        ByteBuffer buffer = ByteBuffer.allocate(100);
        for (int i = 0; i < 3; i++) {
            send(run(50, 3));
            second.send(Sockets.datagram(50, 1), sockets.group());
            for (int j = 0; j < 3; j++) {
                assertThat(receiver.receive(buffer.clear())).isEqualTo(sending.getLocalAddress());
            }
            assertThat(receiver.receive(buffer.clear())).isEqualTo(other.getLocalAddress());
            assertThat(receiver.receive(buffer.clear())).isNull();
        }
    }

    @Fault("F8")
    @Test
    void anEmptyDatagramIsOne() throws IOException {
        DatagramChannel channel = sockets.open();
        Optional<NativeSocket> socket = Sockets.nativeSocket(channel);
        DatagramReceiver receiver = new DatagramReceiver(sockets.listening(channel), socket);
        List<ByteBuffer> datagrams = List.of(ByteBuffer.allocate(0), Sockets.datagram(20, 1), ByteBuffer.allocate(0));
        for (ByteBuffer datagram : datagrams) {
            sending.send(datagram.duplicate(), sockets.group());
        }
        assertThat(Sockets.receive(receiver)).isEqualTo(datagrams);
    }

    @Test
    void whereTheOptionIsRefusedTheyComeOneByOne() throws IOException {
        DatagramChannel channel = sockets.open();
        Optional<NativeSocket> socket = Sockets.nativeSocket(channel);
        socket.ifPresent(NativeSocket::close);
        DatagramReceiver receiver = new DatagramReceiver(sockets.listening(channel), socket);
        List<ByteBuffer> datagrams = run(1_400, 40);
        send(datagrams);
        assertThat(Sockets.receive(receiver)).isEqualTo(datagrams);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @EnabledForJreRange(min = JRE.JAVA_22)
    void theSystemTellsWhatItPutTogether() throws IOException {
        DatagramChannel channel = sockets.open();
        NativeSocket socket = Sockets.nativeSocket(channel).orElseThrow();
        sockets.listening(channel);
        assertThat(socket.set(MessageHeader.SOL_UDP, MessageHeader.UDP_GRO, 1)).isTrue();
        MessageHeader header = new MessageHeader(
                ByteBuffer.allocateDirect(20_000), NativeCalls.found().orElseThrow());

        send(List.of(Sockets.datagram(1_400, 1)));
        assertThat(socket.receive(header)).isEqualTo(1_400);
        assertThat(header.segmentLength()).as("of one alone").isZero();

        List<ByteBuffer> datagrams = new ArrayList<>(run(1_400, 10));
        datagrams.add(Sockets.datagram(7, 2));
        send(datagrams);
        assertThat(socket.receive(header)).isEqualTo(14_007);
        assertThat(header.segmentLength()).isEqualTo(1_400);
        assertThat(header.from()).isEqualTo(sending.getLocalAddress());
        assertThat(header.isTruncated()).isFalse();

        send(run(1_400, 16));
        assertThat(socket.receive(header)).isEqualTo(20_000);
        assertThat(header.isTruncated()).isTrue();
        assertThat(socket.receive(header)).isEqualTo(-1);
    }

    private static List<ByteBuffer> run(int length, int count) {
        return IntStream.range(0, count)
                .mapToObj(seed -> Sockets.datagram(length, seed))
                .toList();
    }

    private void send(List<ByteBuffer> datagrams) throws IOException {
        for (ByteBuffer datagram : datagrams) {
            assertThat(sender.send(datagram.duplicate(), sockets.group())).isTrue();
        }
        assertThat(sender.flush()).isTrue();
    }
}

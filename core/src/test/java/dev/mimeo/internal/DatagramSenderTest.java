package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Fault;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;

/** What is on the wire: a plain member of the group listens. With Java 22 and later on Linux, datagrams leave together. */
@Timeout(20)
class DatagramSenderTest {
    private static final int SO_NO_CHECK = 11;

    private final Sockets sockets;
    private final DatagramChannel channel;
    private final Optional<NativeSocket> socket;
    private DatagramReceiver wire;

    DatagramSenderTest() throws IOException {
        sockets = new Sockets();
        channel = sockets.open();
        socket = Sockets.nativeSocket(channel);
    }

    @BeforeEach
    void listen() throws IOException {
        sockets.sending(channel);
        wire = new DatagramReceiver(sockets.listening(sockets.open()), Optional.empty());
    }

    @AfterEach
    void close() throws IOException {
        sockets.close();
    }

    @Test
    void whatLeavesTogetherIsOnTheWireWhatLeavesAlone() throws IOException {
        List<ByteBuffer> datagrams = mixed(400);
        DatagramSender alone = new DatagramSender(sockets.sending(sockets.open()), Optional.empty());
        assertThat(onTheWire(new DatagramSender(channel, socket), datagrams)).isEqualTo(datagrams);
        assertThat(onTheWire(alone, datagrams)).isEqualTo(datagrams);
    }

    /** Runs of one length, as long as blocks, some with a shorter or a longer one behind. */
    private static List<ByteBuffer> mixed(int atLeast) {
        Random random = new Random(1);
        List<ByteBuffer> datagrams = new ArrayList<>();
        while (datagrams.size() < atLeast) {
            int length = random.nextInt(1, 1_473);
            int run = random.nextInt(1, 130);
            for (int i = 0; i < run; i++) {
                datagrams.add(Sockets.datagram(length, random.nextLong()));
            }
            datagrams.add(Sockets.datagram(random.nextInt(1, 1_473), random.nextLong()));
        }
        return datagrams;
    }

    @Test
    void theLimitsOfTheSystemAreKept() throws IOException {
        DatagramSender sender = new DatagramSender(channel, socket);
        for (int length : new int[] {1, 1_023, 1_024, 1_400, 32_753, 32_754, 65_507}) {
            List<ByteBuffer> datagrams = IntStream.range(0, DatagramSender.MOST_SEGMENTS + 1)
                    .limit(Math.max(3, Math.min(65, 400_000 / length)))
                    .mapToObj(seed -> Sockets.datagram(length, seed))
                    .toList();
            assertThat(onTheWire(sender, datagrams)).as("length %d", length).isEqualTo(datagrams);
        }
        assertSegmentation(sender, Sockets.ARE_NATIVE);
    }

    @Fault("F14")
    @Test
    void oneThatIsTooLongIsLostAndTheOthersAreNot() throws IOException {
        DatagramSender sender = new DatagramSender(channel, socket);
        ByteBuffer one = Sockets.datagram(100, 1);
        for (ByteBuffer datagram : List.of(one, one, ByteBuffer.allocate(65_508), one)) {
            assertThat(sender.send(datagram.duplicate(), sockets.group())).isTrue();
        }
        assertThat(sender.flush()).isTrue();
        assertThat(Sockets.receive(wire)).isEqualTo(List.of(one, one, one));
    }

    @Test
    void whatIsForAnotherDoesNotLeaveWithTheRest() throws IOException {
        DatagramChannel other = sockets.open();
        other.bind(new InetSocketAddress("127.0.0.1", 0));
        other.configureBlocking(false);
        DatagramSender sender = new DatagramSender(channel, socket);
        ByteBuffer forGroup = Sockets.datagram(500, 1);
        ByteBuffer forOne = Sockets.datagram(500, 2);
        for (int i = 0; i < 4; i++) {
            sender.send(forGroup.duplicate(), sockets.group());
            sender.send(forOne.duplicate(), other.getLocalAddress());
        }
        sender.flush();
        assertThat(Sockets.receive(wire)).containsOnly(forGroup);
        assertThat(Sockets.receive(new DatagramReceiver(other, Optional.empty())))
                .containsOnly(forOne);
    }

    @Test
    void whereTheOptionIsRefusedTheyLeaveOneByOne() throws IOException {
        socket.ifPresent(NativeSocket::close);
        DatagramSender sender = new DatagramSender(channel, socket);
        List<ByteBuffer> datagrams = mixed(100);
        assertThat(onTheWire(sender, datagrams)).isEqualTo(datagrams);
        assertSegmentation(sender, false);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @EnabledForJreRange(min = JRE.JAVA_22)
    void whereTheyAreRefusedTogetherTheyLeaveOneByOne() throws IOException {
        // Linux does not segment without checksums.
        assertThat(socket.orElseThrow().set(NativeSocket.SOL_SOCKET, SO_NO_CHECK, 1))
                .isTrue();
        DatagramSender sender = new DatagramSender(channel, socket);
        List<ByteBuffer> datagrams = Collections.nCopies(100, Sockets.datagram(700, 1));
        assertThat(onTheWire(sender, datagrams)).isEqualTo(datagrams);
        assertSegmentation(sender, false);
    }

    /** Asserts whether a datagram waits for others; on the loopback interface one that left is there. */
    private void assertSegmentation(DatagramSender sender, boolean expected) throws IOException {
        sender.send(Sockets.datagram(10, 1), sockets.group());
        assertThat(wire.receive(ByteBuffer.allocate(10)) == null).isEqualTo(expected);
    }

    private List<ByteBuffer> onTheWire(DatagramSender sender, List<ByteBuffer> datagrams) throws IOException {
        List<ByteBuffer> received = new ArrayList<>();
        for (int from = 0; from < datagrams.size(); from += DatagramSender.MOST_SEGMENTS + 1) {
            List<ByteBuffer> turn =
                    datagrams.subList(from, Math.min(datagrams.size(), from + DatagramSender.MOST_SEGMENTS + 1));
            for (ByteBuffer datagram : turn) {
                ByteBuffer reused = ByteBuffer.allocateDirect(datagram.remaining());
                assertThat(sender.send(reused.put(datagram.duplicate()).flip(), sockets.group()))
                        .isTrue();
                reused.clear().put(new byte[reused.capacity()]);
            }
            assertThat(sender.flush()).isTrue();
            received.addAll(Sockets.receive(wire));
        }
        return received;
    }
}

package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mimeo.AddressAllocator;
import dev.mimeo.Deployment;
import dev.mimeo.DistributionPoint;
import dev.mimeo.ImageSession;
import dev.mimeo.ImageSource;
import dev.mimeo.MulticastGroup;
import dev.mimeo.StartPolicy;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Leased addresses over real sockets on the loopback interface, from a server of MADCAP beside. */
@Timeout(60)
class MadcapIT {
    @TempDir
    Path directory;

    private final MulticastGroup meeting = Loopback.group();
    private final MulticastGroup first = Loopback.group();
    private final MulticastGroup second = Loopback.group();
    private final SessionClock clock = new SessionClock();
    private final MadcapServer server = new MadcapServer(
            "127.0.0.1",
            "239.193.0.0",
            first.address().getHostAddress(),
            second.address().getHostAddress());
    private DatagramChannel socket;

    @BeforeEach
    void serve() throws IOException {
        socket = DatagramChannel.open(StandardProtocolFamily.INET);
        socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        socket.bind(new InetSocketAddress(meeting.port()));
        socket.join(meeting.address(), NetworkInterface.getByName(Loopback.INTERFACE));
        ThreadMaker.USUAL.make("madcap-server", this::answer).start();
    }

    private void answer() {
        ByteBuffer inbound = ByteBuffer.allocate(Inbound.LARGEST_DATAGRAM);
        try {
            while (true) {
                SocketAddress client = socket.receive(inbound.clear());
                Optional<ByteBuffer> answer = server.answer(inbound.flip(), clock.nanos());
                if (answer.isPresent()) {
                    socket.send(answer.get(), client);
                }
            }
        } catch (ClosedChannelException e) {
            return;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        Eventually.holds(() -> Threads.named("mimeo-").isEmpty());
    }

    private MadcapBuilder leased() {
        return new MadcapBuilder(Loopback.INTERFACE, meeting).timeToLive(0).port(first.port());
    }

    private List<Inet4Address> taken() {
        return server.leased(clock.nanos());
    }

    @Test
    void groupsAreLeasedAsLongAsTheyAreNeededAndNothingIsLeftAfterwards() throws Exception {
        AddressAllocator addresses = leased().build();
        assertThat(Threads.named("mimeo-madcap")).isEmpty();
        MulticastGroup one = addresses.allocate(group -> true).orElseThrow();
        MulticastGroup two = addresses.allocate(group -> true).orElseThrow();
        assertThat(one).isEqualTo(first);
        assertThat(two.address()).isEqualTo(second.address());
        assertThat(Threads.named("mimeo-madcap")).hasSize(1);
        assertThat(taken()).containsExactly((Inet4Address) one.address(), (Inet4Address) two.address());

        addresses.release(one);
        Eventually.holds(() -> taken().equals(List.of(two.address())));
        addresses.release(two);
        Eventually.holds(() -> taken().isEmpty());
        Eventually.holds(() -> Threads.named("mimeo-madcap").isEmpty());

        assertThat(addresses.allocate(group -> true)).contains(one);
        addresses.release(one);
    }

    @Test
    void anAddressThatOthersUseIsGivenBackWhenThereIsAnother() throws Exception {
        AddressAllocator addresses =
                leased().server(MadcapServer.address("127.0.0.1")).build();
        assertThat(addresses
                        .allocate(group -> !group.equals(first))
                        .orElseThrow()
                        .address())
                .isEqualTo(second.address());
        Eventually.holds(() -> taken().equals(List.of(second.address())));
        addresses.release(new MulticastGroup(second.address(), first.port()));
    }

    @Test
    void whoIsInterruptedWaitsNoLonger() throws Exception {
        server.ignore(MadcapMessage.Type.GETINFO);
        AtomicReference<Exception> thrown = new AtomicReference<>();
        Thread asking = ThreadMaker.USUAL.make("asking", () -> {
            try {
                leased().patience(Duration.ofSeconds(30)).build().allocate(group -> true);
            } catch (IOException | InterruptedException e) {
                thrown.set(e);
            }
        });
        asking.start();
        Eventually.holds(() -> !Threads.named("mimeo-madcap").isEmpty());
        asking.interrupt();
        asking.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void aPointSendsWhereTheServerLetsIt() throws Exception {
        Path image = Files.write(directory.resolve("image.raw"), new byte[1_000]);
        try (DistributionPoint point = point(leased().build())) {
            ImageSession session =
                    point.deploy(Deployment.of(ImageSource.of(image)).startWhen(StartPolicy.manual()));
            assertThat(session.group()).isEqualTo(first);
            assertThat(taken()).containsExactly((Inet4Address) first.address());
        }
        Eventually.holds(() -> taken().isEmpty());
    }

    @Test
    void withoutAServerThereIsNoGroupAndTheReasonIsTold() {
        server.ignore(MadcapMessage.Type.GETINFO);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(
                        () -> leased().patience(Duration.ofSeconds(1)).build().allocate(group -> true))
                .withMessageStartingWith("No MADCAP server has answered on lo within 1 s");
    }

    @Test
    void aPointThatWaitsForAServerCanBeLookedAtAndClosed() throws Exception {
        server.ignore(MadcapMessage.Type.GETINFO);
        Path image = Files.write(directory.resolve("image.raw"), new byte[1_000]);
        DistributionPoint point =
                point(leased().patience(Duration.ofSeconds(30)).build());
        AtomicReference<Exception> thrown = new AtomicReference<>();
        Thread deploying = ThreadMaker.USUAL.make("deploying", () -> {
            try {
                point.deploy(Deployment.of(ImageSource.of(image)));
            } catch (IOException | InterruptedException e) {
                thrown.set(e);
            }
        });
        deploying.start();
        Eventually.holds(() -> !Threads.named("mimeo-madcap").isEmpty());
        assertThat(point.sessions()).isEmpty();
        point.close();
        assertThat(deploying.isAlive()).isTrue();
        deploying.interrupt();
        deploying.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    }

    private DistributionPoint point(AddressAllocator addresses) throws IOException {
        return DistributionPoint.on(Loopback.INTERFACE)
                .timeToLive(0)
                .withoutDirectory()
                .addresses(addresses)
                .open();
    }
}

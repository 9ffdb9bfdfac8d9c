package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mimeo.MulticastGroup;
import dev.mimeo.NetworkCheck;
import dev.mimeo.NetworkFinding.Code;
import dev.mimeo.NetworkReport;
import dev.mimeo.internal.Probe.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A responder and who asks it, on the loopback interface. */
@Timeout(60)
class NetworkCheckTest {
    private static final int PROBES = 40;

    private final MulticastGroup group = Loopback.group();

    private NetworkCheck check() {
        return NetworkCheck.of(group).networkInterface(Loopback.INTERFACE).timeToLive(0);
    }

    @Test
    void whatIsNoSettingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> check().duration(Duration.ofMillis(2_999)));
        assertThatIllegalArgumentException().isThrownBy(() -> check().timeToLive(256));
        assertThatIllegalArgumentException().isThrownBy(() -> check().other(group.address()));
        assertThatIllegalArgumentException().isThrownBy(() -> check().other(InetAddress.getByName("::1")));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        NetworkCheck.of(MulticastGroup.of("224.7.7.7", 6003)).thisMachine());
    }

    @Test
    void aMachineThatRespondsToItselfHearsTheGroup() throws Exception {
        NetworkReport machine = check().thisMachine();
        assertThat(machine.findings()).allMatch(finding -> finding.code() == Code.BUFFER);
        try (NetworkCheck.Responder responder = check().respond()) {
            NetworkReport network = check().duration(Duration.ofSeconds(3)).withOthers();
            assertThat(network.passed()).singleElement().asString().startsWith("127.0.0.1 hears the group");
            assertThat(network.findings()).isEmpty();
            assertThat(responder.heard()).containsExactly(InetAddress.getByName("127.0.0.1"));
        }
    }

    @Test
    void eachProbeThatAsksHasOneAnswerNoLongerThanItself() throws Exception {
        try (NetworkCheck.Responder responder = check().respond();
                DatagramChannel channel = channel()) {
            SplittableRandom random = new SplittableRandom(1);
            InetSocketAddress to = new InetSocketAddress(group.address(), group.port());
            MulticastGroup other = MulticastGroup.of("239.192.7.9", group.port());
            byte[] garbage = new byte[200];
            for (int i = 0; i < PROBES; i++) {
                random.nextBytes(garbage);
                garbage[0] = (byte) 0xc1;
                channel.send(ByteBuffer.wrap(garbage), to);
                channel.send(Probe.of(true, Reply.NONE, i, 1, group).encode(Probe.LENGTH), to);
                channel.send(Probe.of(true, Reply.UNICAST, i, 1, other).encode(Probe.LENGTH), to);
                channel.send(Probe.of(true, Reply.UNICAST, i, 1, group).encode(1_000), to);
            }
            List<Integer> numbers = new ArrayList<>();
            Eventually.holds(() -> numbers.addAll(answers(channel)) && numbers.contains(PROBES - 1));
            assertThat(numbers)
                    .containsExactlyElementsOf(
                            IntStream.range(0, PROBES).boxed().toList());
            assertThat(responder.heard()).containsExactly(InetAddress.getByName("127.0.0.1"));
        }
    }

    private static DatagramChannel channel() throws IOException {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)
                .setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20)
                .setOption(StandardSocketOptions.IP_MULTICAST_IF, NetworkInterface.getByName(Loopback.INTERFACE))
                .setOption(StandardSocketOptions.IP_MULTICAST_TTL, 0)
                .bind(new InetSocketAddress("127.0.0.1", 0));
        channel.configureBlocking(false);
        return channel;
    }

    /** Returns which probes the answers that have come are to. */
    private static List<Integer> answers(DatagramChannel channel) {
        List<Integer> numbers = new ArrayList<>();
        try {
            ByteBuffer answer = ByteBuffer.allocate(2_000);
            while (channel.receive(answer.clear()) != null) {
                assertThat(answer.flip().remaining()).isEqualTo(Probe.LENGTH);
                Probe read = Probe.decode(answer).orElseThrow();
                assertThat(read.isAnswer()).isTrue();
                numbers.add(read.number());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return numbers;
    }
}

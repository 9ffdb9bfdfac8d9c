package dev.mimeo.internal;

import static dev.mimeo.internal.MadcapServer.address;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.internal.MadcapLease.State;
import dev.mimeo.internal.MadcapMessage.Option;
import dev.mimeo.internal.MadcapMessage.Type;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A lease, servers, and a network that takes a millisecond each way, in virtual time. */
class MadcapLeaseTest {
    private static final long SECOND = 1_000_000_000;
    private static final long MILLI = 1_000_000;
    private static final int PORT = 2_535;
    private static final InetSocketAddress SERVERS = new InetSocketAddress(address("239.255.255.254"), PORT);
    private static final String ONE = "10.0.0.1";
    private static final String TWO = "10.0.0.2";
    private static final int XID = 17;
    private static final MadcapLease.Settings ANY =
            new MadcapLease.Settings("eth1", SERVERS, Optional.empty(), Optional.empty(), 1, 3_600, 10 * SECOND);
    private static final byte[] IDENTIFIER = {0, 7};

    private final Map<String, MadcapServer> servers = new LinkedHashMap<>();
    private final List<String> sent = new ArrayList<>();
    private MadcapLease lease;
    private long now;

    private MadcapServer server(String at) {
        MadcapServer server = new MadcapServer(at, "239.255.0.0", "239.255.0.7", "239.255.0.8");
        servers.put(at, server);
        return server;
    }

    private void begin(MadcapLease.Settings settings) {
        lease = new MadcapLease(settings, IDENTIFIER, XID, now);
    }

    private static MadcapLease.Settings named(String server) {
        return new MadcapLease.Settings(
                "eth1",
                SERVERS,
                Optional.of(new InetSocketAddress(address(server), PORT)),
                Optional.empty(),
                1,
                3_600,
                10 * SECOND);
    }

    /** Lets time pass. What is sent is noted with its second, and reaches whom it is sent to. */
    private void until(double second) {
        long end = (long) (second * SECOND);
        while (lease.nextDeadlineNanos() <= end) {
            now = Math.max(now, lease.nextDeadlineNanos());
            lease.onTime(now);
            ByteBuffer datagram = lease.poll(now);
            if (datagram != null) {
                Type type = MadcapMessage.decode(datagram).orElseThrow().type();
                String to = lease.destination().getAddress().getHostAddress();
                sent.add(now / (SECOND / 10) / 10.0 + " " + type + " " + to);
                for (Map.Entry<String, MadcapServer> each : servers.entrySet()) {
                    if (lease.destination().equals(SERVERS) || to.equals(each.getKey())) {
                        Optional<ByteBuffer> answer = each.getValue().answer(datagram.duplicate(), now + MILLI);
                        answer.ifPresent(bytes -> hear(bytes, each.getKey()));
                    }
                }
            }
        }
        now = end;
    }

    private void hear(ByteBuffer answer, String from) {
        hear(MadcapMessage.decode(answer).orElseThrow(), from);
    }

    private void hear(MadcapMessage answer, String from) {
        now += MILLI;
        lease.onMessage(answer, new InetSocketAddress(address(from), 50_000), now);
    }

    private void assertFailed(Class<? extends IOException> as, String message) {
        assertThat(lease.state()).isIn(State.OVER, State.RELEASING);
        assertThat(lease.isSettled()).isTrue();
        assertThat(lease.failure()).isInstanceOf(as).hasMessage(message);
    }

    @Test
    void anAddressIsFoundLeasedRenewedBeforeHalfOfItIsOverAndGivenBack() {
        MadcapServer server = server(ONE).longest(600);
        begin(ANY);
        until(1);
        assertThat(lease.state()).isEqualTo(State.HELD);
        assertThat(lease.address()).isEqualTo(address("239.255.0.7"));
        assertThat(server.leased(now)).containsExactly(address("239.255.0.7"));
        until(700);
        lease.release(now);
        until(800);
        assertThat(lease.state()).isEqualTo(State.OVER);
        assertThat(lease.failure()).isNull();
        assertThat(server.leased(now)).isEmpty();
        assertThat(sent)
                .containsExactly(
                        "0.0 GETINFO 239.255.255.254",
                        "0.0 DISCOVER 239.255.255.254",
                        "0.0 REQUEST 239.255.255.254",
                        "300.0 RENEW 10.0.0.1",
                        "600.0 RENEW 10.0.0.1",
                        "700.0 RELEASE 10.0.0.1");
    }

    @Test
    void aLeaseIsNeverTakenForLongerThanWasAskedFor() {
        MadcapServer server = server(ONE);
        begin(named(ONE));
        until(3_500);
        assertThat(server.heard()).containsExactly(Type.GETINFO, Type.REQUEST, Type.RENEW);
    }

    @Test
    void whoDoesNotAnswerIsAskedAgainAfterTwiceAsLongEachTime() {
        begin(ANY);
        until(60);
        assertThat(sent)
                .containsExactly(
                        "0.0 GETINFO 239.255.255.254",
                        "0.5 GETINFO 239.255.255.254",
                        "1.5 GETINFO 239.255.255.254",
                        "3.5 GETINFO 239.255.255.254",
                        "7.5 GETINFO 239.255.255.254");
        assertFailed(
                SocketTimeoutException.class,
                "No MADCAP server has answered on eth1 within 10 s; start one, name one, or choose addresses yourself");
    }

    @Test
    void serversThatHaveNoneLeftDoNotOfferAny() {
        servers.put(ONE, new MadcapServer(ONE, "239.255.0.0"));
        begin(ANY);
        until(60);
        assertFailed(
                SocketTimeoutException.class,
                "No MADCAP server has offered an address of scope 239.255.0.0 on eth1 within 10 s; start one, name one, or"
                        + " choose addresses yourself");
    }

    @Test
    void aServerThatWasNamedIsAskedAloneAndItsRefusalIsTold() {
        servers.put(ONE, new MadcapServer(ONE, "239.255.0.0"));
        server(TWO);
        begin(named(ONE));
        until(60);
        assertThat(sent).containsExactly("0.0 GETINFO 10.0.0.1", "0.0 REQUEST 10.0.0.1");
        assertFailed(
                IOException.class,
                "MADCAP server 10.0.0.1 refuses an address of scope 239.255.0.0: the request could not be completed: no address"
                        + " is free, or the lease would be too long");
    }

    @Test
    void ofTwoOffersTheFirstIsTakenAndTheOtherServerKeepsNothingForUs() {
        MadcapServer one = server(ONE);
        MadcapServer two = server(TWO);
        begin(ANY);
        until(1);
        assertThat(one.leased(now)).hasSize(1);
        assertThat(two.leased(now)).isEmpty();
        assertThat(two.offeredCount()).isZero();
        assertThat(two.heard()).containsExactly(Type.GETINFO, Type.DISCOVER, Type.REQUEST);
    }

    @Test
    void anAddressThatMayHaveBeenGivenIsGivenBack() {
        MadcapServer server = server(ONE);
        server.ignore(Type.REQUEST);
        begin(ANY);
        until(9.9);
        assertThat(lease.isSettled()).isFalse();
        until(60);
        assertFailed(
                SocketTimeoutException.class,
                "MADCAP server 10.0.0.1 has not given an address of scope 239.255.0.0 within 10 s; see whether it runs and can"
                        + " be reached, or choose addresses yourself");
        assertThat(server.heard()).containsExactly(Type.GETINFO, Type.DISCOVER, Type.RELEASE);
        assertThat(server.offeredCount()).isZero();
    }

    @Test
    void aServerThatDoesNotRenewIsAskedAfterHalfOfWhatIsLeftUntilNothingIs() {
        MadcapServer server = server(ONE).longest(160);
        begin(ANY);
        until(1);
        server.ignore(Type.RENEW);
        sent.clear();
        until(159.9);
        assertThat(lease.state()).isEqualTo(State.HELD);
        assertThat(sent.stream().filter(each -> !each.contains("RENEW 10.0.0.1")))
                .isEmpty();
        assertThat(sent.stream().map(each -> each.replaceAll("\\..*", "")).distinct())
                .containsExactly("80", "81", "83", "87", "125", "126", "128", "132", "147", "148", "149", "151", "155");
        until(200);
        assertFailed(SocketTimeoutException.class, "MADCAP server 10.0.0.1 has not renewed 239.255.0.7 in time");
    }

    @Test
    void aServerThatIsBackInTimeRenews() {
        MadcapServer server = server(ONE).longest(160);
        begin(ANY);
        until(1);
        server.ignore(Type.RENEW);
        until(120);
        server.heed();
        until(10_000);
        assertThat(lease.state()).isEqualTo(State.HELD);
        assertThat(server.leased(now)).containsExactly(address("239.255.0.7"));
    }

    @Test
    void aServerThatHasForgottenIsAskedForTheSameAddress() {
        MadcapServer server = server(ONE).longest(600);
        begin(ANY);
        until(1);
        server.forget();
        until(400);
        assertThat(lease.state()).isEqualTo(State.HELD);
        assertThat(server.leased(now)).containsExactly(address("239.255.0.7"));
        assertThat(sent.subList(3, 5)).containsExactly("300.0 RENEW 10.0.0.1", "300.0 REQUEST 10.0.0.1");
    }

    @Test
    void whatAnotherHasMeanwhileIsLost() {
        MadcapServer server = server(ONE).longest(600);
        begin(ANY);
        until(1);
        server.forget();
        MadcapLease other = new MadcapLease(named(ONE), new byte[] {0, 8}, 90, now);
        ByteBuffer scopes = server.answer(other.poll(now), now).orElseThrow();
        InetSocketAddress from = new InetSocketAddress(address(ONE), PORT);
        other.onMessage(MadcapMessage.decode(scopes).orElseThrow(), from, now);
        server.answer(other.poll(now), now);
        until(400);
        assertFailed(
                IOException.class,
                "MADCAP server 10.0.0.1 takes back 239.255.0.7: the request could not be completed: no address is free, or the"
                        + " lease would be too long");
    }

    @Test
    void onlyTheAnswerOfWhoWasAskedCounts() {
        MadcapServer server = server(ONE);
        begin(new MadcapLease.Settings(
                "eth1",
                SERVERS,
                Optional.of(new InetSocketAddress(address(ONE), PORT)),
                Optional.of(address("239.255.0.0")),
                1,
                3_600,
                10 * SECOND));
        servers.clear();
        until(0.1);
        MadcapMessage question = request(XID, IDENTIFIER);
        MadcapMessage good = MadcapMessage.decode(
                        server.answer(question.encode(), now).orElseThrow())
                .orElseThrow();

        hear(good, TWO);
        hear(new MadcapMessage(Type.ACK, XID + 1, good.options()), ONE);
        hear(new MadcapMessage(Type.OFFER, XID, good.options()), ONE);
        hear(with(good, Option.LEASE_IDENTIFIER, ByteBuffer.wrap(new byte[] {0, 8})), ONE);
        hear(with(good, Option.LEASE_TIME, MadcapMessage.content(MadcapLease.SHORTEST_SECONDS - 1)), ONE);
        hear(with(good, Option.MULTICAST_SCOPE, MadcapMessage.content(address("239.192.0.0"))), ONE);
        hear(with(good, Option.ADDRESS_RANGES, MadcapMessage.range(address("239.254.0.7"))), ONE);
        hear(with(good, Option.START_TIME, MadcapMessage.content(1_000)), ONE);
        for (Option each : List.of(
                Option.SERVER_IDENTIFIER,
                Option.LEASE_IDENTIFIER,
                Option.LEASE_TIME,
                Option.MULTICAST_SCOPE,
                Option.ADDRESS_RANGES)) {
            hear(with(good, each, null), ONE);
        }
        assertThat(lease.state()).isEqualTo(State.REQUESTING);

        hear(good, ONE);
        assertThat(lease.state()).isEqualTo(State.HELD);
        until(1_801);
        assertThat(lease.state()).isEqualTo(State.RENEWING);
        hear(
                with(
                        MadcapMessage.decode(server.answer(
                                                request(XID + 1, IDENTIFIER).encode(), now)
                                        .orElseThrow())
                                .orElseThrow(),
                        Option.SERVER_IDENTIFIER,
                        ByteBuffer.wrap(new byte[] {0, 1, 10, 0, 0, 9})),
                ONE);
        assertThat(lease.state()).isEqualTo(State.RENEWING);
    }

    private static MadcapMessage request(int xid, byte[] identifier) {
        return new MadcapMessage(
                Type.REQUEST,
                xid,
                Map.of(
                        Option.LEASE_IDENTIFIER,
                        ByteBuffer.wrap(identifier),
                        Option.MULTICAST_SCOPE,
                        MadcapMessage.content(address("239.255.0.0"))));
    }

    /** Returns a message with another content of one option; without it if that is null. */
    private static MadcapMessage with(MadcapMessage message, Option option, ByteBuffer content) {
        Map<Option, ByteBuffer> options = new EnumMap<>(message.options());
        if (content == null) {
            options.remove(option);
        } else {
            options.put(option, content);
        }
        return new MadcapMessage(message.type(), message.xid(), options);
    }

    @Test
    void theSmallestScopeIsTakenThatLetsTheSessionThrough() {
        MadcapServer server = new MadcapServer(ONE, "239.192.0.0", "239.192.3.3")
                .scopeList(MadcapServer.scopes(
                        MadcapServer.scope("224.0.1.0", "238.255.255.255", 255),
                        MadcapServer.scope("239.255.0.0", "239.255.255.255", 4),
                        MadcapServer.scope("239.192.0.0", "239.195.255.255", 32)));
        servers.put(ONE, server);
        begin(new MadcapLease.Settings("eth1", SERVERS, Optional.empty(), Optional.empty(), 8, 3_600, 10 * SECOND));
        until(1);
        assertThat(lease.address()).isEqualTo(address("239.192.3.3"));
    }

    @Test
    void withoutAScopeThatFitsThereIsNoAddress() {
        servers.put(
                ONE,
                server(ONE).scopeList(MadcapServer.scopes(MadcapServer.scope("224.0.1.0", "238.255.255.255", 255))));
        begin(ANY);
        until(60);
        assertFailed(
                IOException.class,
                "MADCAP server 10.0.0.1 knows no scope within 239.0.0.0 to 239.255.255.255 that lets a time to live of 1"
                        + " through; name a scope, with scope()");
    }

    @Test
    void whereNoScopeIsListedTheLocalOneIsAssumed() {
        server(ONE).scopeList(ByteBuffer.allocate(0));
        begin(ANY);
        until(1);
        assertThat(lease.address()).isEqualTo(address("239.255.0.7"));
    }

    @Test
    void whoIsReleasedBeforeThereIsAnAddressSaysNothing() {
        begin(ANY);
        until(1);
        sent.clear();
        lease.release(now);
        until(60);
        assertThat(sent).isEmpty();
        assertThat(lease.state()).isEqualTo(State.OVER);
    }
}

package dev.mimeo.internal;

import dev.mimeo.internal.MadcapMessage.Option;
import dev.mimeo.internal.MadcapMessage.Type;
import dev.mimeo.protocol.fuzz.FuzzTarget;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers of a server: what is read is written again as the same, and no lease is had of an address that is not of the scope
 * that was asked for, whatever is said to it, or for longer than was asked.
 */
class MadcapFuzzTest extends FuzzTarget {
    private static final long BYTES_PER_BYTE = 64;
    private static final InetSocketAddress SERVER = new InetSocketAddress(MadcapServer.address("10.0.0.1"), 2535);
    private static final byte[] IDENTIFIER = {0, 7};
    private static final int XID = 3;
    private static final MadcapLease.Settings SETTINGS = new MadcapLease.Settings(
            "eth1",
            new InetSocketAddress(MadcapServer.address("239.255.255.254"), 2535),
            Optional.of(SERVER),
            Optional.of(MadcapServer.address("239.255.0.0")),
            1,
            600,
            10_000_000_000L);

    @Override
    protected List<byte[]> seeds() {
        MadcapServer server = new MadcapServer("10.0.0.1", "239.255.0.0", "239.255.0.7");
        List<byte[]> seeds = new ArrayList<>();
        for (Type type : List.of(Type.GETINFO, Type.DISCOVER, Type.REQUEST, Type.RENEW, Type.RELEASE)) {
            MadcapMessage question = new MadcapMessage(
                    type,
                    XID,
                    Map.of(
                            Option.LEASE_IDENTIFIER,
                            ByteBuffer.wrap(IDENTIFIER),
                            Option.MULTICAST_SCOPE,
                            MadcapMessage.content(MadcapServer.address("239.255.0.0"))));
            seeds.add(server.answer(question.encode(), 0).orElseThrow().array());
        }
        return seeds;
    }

    @Override
    protected void run(byte[] input) throws Exception {
        allocatesAtMost(BYTES_PER_BYTE, input, () -> MadcapMessage.decode(ByteBuffer.wrap(input)));
        Optional<MadcapMessage> message = MadcapMessage.decode(ByteBuffer.wrap(input));
        if (message.isPresent()) {
            require(MadcapMessage.decode(message.get().encode()).equals(message), "is written as something else");
            hear(message.get());
        }
    }

    private static void hear(MadcapMessage message) {
        MadcapLease lease = new MadcapLease(SETTINGS, IDENTIFIER, XID, 0);
        lease.poll(0);
        lease.onMessage(message, SERVER, 1);
        if (lease.state() == MadcapLease.State.HELD) {
            require(lease.address().getHostAddress().startsWith("239.255."), "an address that is not of the scope");
            require(lease.nextDeadlineNanos() <= 300_000_000_000L, "it is renewed late");
        }
        if (lease.failure() != null) {
            require(lease.failure().getMessage().length() < 300, "a long message");
        }
    }
}

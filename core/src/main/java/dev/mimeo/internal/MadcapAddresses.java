package dev.mimeo.internal;

import dev.mimeo.AddressAllocator;
import dev.mimeo.MulticastGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses that a MADCAP server leases (RFC 2730). A socket and a thread as long as there is a lease. Any thread.
 *
 * <p>Of what comes, at most 256 datagrams are read between two looks at the clock.
 */
final class MadcapAddresses implements AddressAllocator {
    private static final Logger LOG = LoggerFactory.getLogger(MadcapAddresses.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    /** Addresses that others use already are kept until there is another, so that they are not given to us again. */
    private static final int MOST_ATTEMPTS = 8;

    private static final int MOST_IN_A_TURN = 256;
    /** A kind, 0 for random, and 16 random bytes (RFC 2730, section 2.4.1). */
    private static final int IDENTIFIER_LENGTH = 17;

    private static final int QUESTIONS_OF_A_LEASE = 1 << 8;
    /** As section 2.10 has it. */
    private static final int TIME_TO_LIVE = 16;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final MadcapLease.Settings settings;
    private final int port;
    private final ThreadMaker threads;
    private final SessionClock clock = new SessionClock();
    /** Guarded by {@code this}, as is all below. */
    private final Map<MulticastGroup, MadcapLease> held = new HashMap<>();

    private final Map<ByteBuffer, MadcapLease> leases = new HashMap<>();
    private int xid = RANDOM.nextInt();
    /** Both null as long as there is no lease. */
    private DatagramChannel channel;

    private PortSelector selector;

    /** Asks nobody yet; groups are going to have {@code port}. */
    MadcapAddresses(MadcapLease.Settings settings, int port, ThreadMaker threads) {
        this.settings = settings;
        this.port = port;
        this.threads = threads;
    }

    @Override
    public Optional<MulticastGroup> allocate(Predicate<MulticastGroup> isFree)
            throws IOException, InterruptedException {
        List<MadcapLease> unfit = new ArrayList<>();
        try {
            for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
                MadcapLease lease = ask();
                unfit.add(lease);
                MulticastGroup group = await(lease);
                if (isFree.test(group) && keep(group, lease)) {
                    unfit.remove(lease);
                    return Optional.of(group);
                }
            }
            return Optional.empty();
        } finally {
            unfit.forEach(this::giveBack);
        }
    }

    private synchronized boolean keep(MulticastGroup group, MadcapLease lease) {
        return held.putIfAbsent(group, lease) == null;
    }

    @Override
    public void release(MulticastGroup group) {
        MadcapLease lease;
        synchronized (this) {
            lease = held.remove(group);
        }
        if (lease != null) {
            giveBack(lease);
        }
    }

    /** Says so once before it returns; the thread says it again unless the server answers. */
    private synchronized void giveBack(MadcapLease lease) {
        lease.release(clock.nanos());
        if (channel != null) {
            send(lease, clock.nanos());
            selector.wakeup();
        }
    }

    private synchronized MadcapLease ask() throws IOException {
        byte[] identifier = new byte[IDENTIFIER_LENGTH];
        RANDOM.nextBytes(identifier);
        identifier[0] = 0;
        xid += QUESTIONS_OF_A_LEASE;
        if (channel == null) {
            open();
        }
        MadcapLease lease = new MadcapLease(settings, identifier, xid, clock.nanos());
        leases.put(lease.identifier(), lease);
        selector.wakeup();
        return lease;
    }

    private synchronized MulticastGroup await(MadcapLease lease) throws IOException, InterruptedException {
        while (!lease.isSettled()) {
            wait();
        }
        if (lease.failure() != null) {
            throw lease.failure();
        }
        return new MulticastGroup(lease.address(), port);
    }

    private void open() throws IOException {
        MulticastGroup servers = new MulticastGroup(
                settings.servers().getAddress(), settings.servers().getPort());
        InterfaceFacts facts = new InterfaceChoice(InterfaceFacts.ofThisMachine(), servers)
                .choose(Optional.of(settings.networkInterface()));
        try (Opening opening = new Opening()) {
            DatagramChannel opened = opening.add(DatagramChannel.open(StandardProtocolFamily.INET));
            opened.setOption(StandardSocketOptions.IP_MULTICAST_IF, NetworkInterface.getByName(facts.name()));
            opened.setOption(StandardSocketOptions.IP_MULTICAST_TTL, settings.timeToLive() == 0 ? 0 : TIME_TO_LIVE);
            opened.bind(new InetSocketAddress(facts.addressLike(servers.address()), 0));
            PortSelector selecting = opening.add(new PortSelector());
            selecting.add(opened);
            Thread thread = threads.make("mimeo-madcap", this::run);
            thread.start();
            channel = opened;
            selector = selecting;
            opening.succeeded();
        }
    }

    // ------------------------------------------------------------------------------------ the thread, if there is one

    private void run() {
        ByteBuffer inbound = ByteBuffer.allocate(Inbound.LARGEST_DATAGRAM);
        Optional<PortSelector> waiting = turn(inbound);
        while (waiting.isPresent()) {
            try {
                waiting.get().await(waitNanos());
            } catch (IOException e) {
                LOG.debug("Waiting for a MADCAP server failed once", e);
            }
            waiting = turn(inbound);
        }
    }

    private synchronized long waitNanos() {
        long due = leases.values().stream()
                .mapToLong(MadcapLease::nextDeadlineNanos)
                .min()
                .orElse(0);
        return Math.max(0, due - clock.nanos()) + NANOS_PER_MILLI;
    }

    /** Does what is due; returns what to wait with, or closes it if there is no lease. */
    private synchronized Optional<PortSelector> turn(ByteBuffer inbound) {
        try {
            for (int i = 0; i < MOST_IN_A_TURN; i++) {
                InetSocketAddress source = (InetSocketAddress) channel.receive(inbound.clear());
                if (source == null) {
                    break;
                }
                MadcapMessage.decode(inbound.flip()).ifPresent(message -> onMessage(message, source));
            }
        } catch (IOException e) {
            LOG.debug("Something from a MADCAP server could not be received", e);
        }
        long now = clock.nanos();
        for (MadcapLease each : leases.values()) {
            each.onTime(now);
            send(each, now);
        }
        leases.values().removeIf(each -> each.state() == MadcapLease.State.OVER);
        held.entrySet().removeIf(each -> isLost(each.getKey(), each.getValue()));
        notifyAll();
        if (!leases.isEmpty()) {
            return Optional.of(selector);
        }
        selector.close();
        Opening.closeQuietly(channel);
        selector = null;
        channel = null;
        return Optional.empty();
    }

    private void onMessage(MadcapMessage message, InetSocketAddress source) {
        MadcapLease lease = leases.get(message.options().get(MadcapMessage.Option.LEASE_IDENTIFIER));
        if (lease != null) {
            lease.onMessage(message, source, clock.nanos());
        }
    }

    /** What the system does not send is lost like what the network does not carry. */
    private void send(MadcapLease lease, long nowNanos) {
        ByteBuffer datagram = lease.poll(nowNanos);
        if (datagram != null) {
            try {
                channel.send(datagram, lease.destination());
            } catch (IOException e) {
                LOG.debug("Nothing was sent to {}", lease.destination(), e);
            }
        }
    }

    private static boolean isLost(MulticastGroup group, MadcapLease lease) {
        if (lease.failure() == null) {
            return false;
        }
        LOG.warn(
                "The lease of group {} has ended while it is used, and others may be given its address: {}. The session goes"
                        + " on; end it if others are heard there",
                group,
                lease.failure().getMessage());
        return true;
    }
}

package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a machine shows when it opens a group, sends to it and listens. What could not be tried, because something before it
 * failed, is as it should be. Confined to one thread, which it keeps for a second.
 */
final class MachineFacts {
    private static final int PROBES = 3;
    private static final int MOST_SENDERS = 16;
    private static final long LISTENING_NANOS = 1_000_000_000;
    private static final long SLICE_NANOS = 50_000_000;

    /** The interface; empty if none can be chosen. */
    Optional<InterfaceFacts> chosen = Optional.empty();

    Optional<IOException> interfaceRefusal = Optional.empty();
    /** The address from which the system would send to the group if no interface was named; empty if it would not. */
    Optional<InetAddress> route = Optional.empty();

    Optional<IOException> portRefusal = Optional.empty();
    Optional<IOException> joinRefusal = Optional.empty();
    /** Bytes that were granted; what was asked for if it was not tried. */
    int receiveBuffer = ReceiveBuffer.WANTED;

    Optional<IOException> sendRefusal = Optional.empty();
    boolean hearsItself = true;
    /** Addresses and ports of others who sent to the group, 16 at most. */
    Set<String> senders = new LinkedHashSet<>();
    /** The version of IGMP, or MLD of IPv6, that the interface is forced to; 0 if it is not, or the system does not tell. */
    int forcedVersion;

    /** Tries everything; with a time to live of 0, so that nothing but the membership leaves the machine. */
    static MachineFacts of(MulticastGroup group, Optional<String> nameOrAddress, long run) throws InterruptedException {
        MachineFacts facts = new MachineFacts();
        try {
            facts.chosen =
                    Optional.of(new InterfaceChoice(InterfaceFacts.ofThisMachine(), group).choose(nameOrAddress));
        } catch (IOException e) {
            facts.interfaceRefusal = Optional.of(e);
        }
        facts.route = route(group);
        facts.open(group, run);
        facts.chosen.ifPresent(it -> facts.forcedVersion = forcedVersion(it.name(), group));
        return facts;
    }

    /** Connecting sends nothing, but looks for the route. */
    private static Optional<InetAddress> route(MulticastGroup group) {
        try (DatagramChannel channel = DatagramChannel.open(DatagramPort.family(group))) {
            channel.connect(new InetSocketAddress(group.address(), group.port()));
            return Optional.of(((InetSocketAddress) channel.getLocalAddress()).getAddress());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static int forcedVersion(String name, MulticastGroup group) {
        String setting = group.address() instanceof Inet4Address
                ? "ipv4/conf/%s/force_igmp_version"
                : "ipv6/conf/%s/force_mld_version";
        int version = 0;
        for (String which : List.of("all", name)) {
            try {
                Path file = Path.of("/proc/sys/net", String.format(Locale.ROOT, setting, which));
                version = Math.max(
                        version, Integer.parseInt(Files.readString(file).trim()));
            } catch (IOException | NumberFormatException e) {
                // Not Linux.
                continue;
            }
        }
        return version;
    }

    private void open(MulticastGroup group, long run) throws InterruptedException {
        try (DatagramChannel listening = DatagramChannel.open(DatagramPort.family(group));
                DatagramChannel sending = DatagramChannel.open(DatagramPort.family(group))) {
            receiveBuffer = ReceiveBuffer.enlarge(listening, NativeSocket.of(listening));
            NetworkInterface networkInterface = chosen.isEmpty()
                    ? null
                    : NetworkInterface.getByName(chosen.get().name());
            InetAddress address =
                    networkInterface == null ? group.address() : DatagramPort.scoped(group.address(), networkInterface);
            InetSocketAddress to = new InetSocketAddress(address, group.port());
            DatagramPort.bindShared(listening, to);
            if (networkInterface != null && join(listening, to, networkInterface)) {
                sending.setOption(StandardSocketOptions.IP_MULTICAST_IF, networkInterface);
                sending.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 0);
                sending.bind(new InetSocketAddress(chosen.get().addressLike(address), 0));
                hearsItself = false;
                send(sending, to, Probe.of(true, Probe.Reply.NONE, 0, run, group));
                listening.configureBlocking(false);
                listen(listening, run);
            }
        } catch (IOException e) {
            portRefusal = Optional.of(e);
        }
    }

    private boolean join(DatagramChannel channel, InetSocketAddress group, NetworkInterface networkInterface) {
        try {
            channel.join(group.getAddress(), networkInterface);
            return true;
        } catch (IOException e) {
            joinRefusal = Optional.of(e);
            return false;
        }
    }

    private void send(DatagramChannel channel, SocketAddress to, Probe probe) {
        try {
            for (int i = 0; i < PROBES; i++) {
                channel.send(probe.encode(Probe.LENGTH), to);
            }
        } catch (IOException e) {
            sendRefusal = Optional.of(e);
        }
    }

    private void listen(DatagramChannel channel, long run) throws IOException, InterruptedException {
        ByteBuffer inbound = ByteBuffer.allocateDirect(Inbound.LARGEST_DATAGRAM);
        SessionClock clock = new SessionClock();
        while (clock.nanos() < LISTENING_NANOS) {
            SocketAddress from = channel.receive(inbound.clear());
            if (from == null) {
                Thread.sleep(SLICE_NANOS / 1_000_000);
            } else {
                heard(inbound.flip(), (InetSocketAddress) from, run);
            }
        }
    }

    private void heard(ByteBuffer datagram, InetSocketAddress from, long run) {
        Optional<Probe> probe = Probe.decode(datagram);
        if (probe.isPresent() && probe.get().run() == run) {
            hearsItself = true;
        } else if ((GroupProbe.isOfSender(datagram)
                        || probe.isPresent() && !probe.get().isAnswer())
                && senders.size() < MOST_SENDERS) {
            String host = from.getAddress().getHostAddress();
            senders.add(Addresses.text(host, from.getPort()));
        }
    }
}

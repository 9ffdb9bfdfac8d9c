package dev.mimeo.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What matters of one network interface.
 *
 * @param name as the system shows it
 * @param addresses those that mean the same on every link before others, else in the system's order
 * @param mtu bytes in an IP packet; 0 if unknown
 */
record InterfaceFacts(
        String name, List<InetAddress> addresses, boolean isUp, boolean isLoopback, boolean canMulticast, int mtu) {
    InterfaceFacts {
        Objects.requireNonNull(name, "name");
        addresses = List.copyOf(addresses);
    }

    /** Returns all interfaces of this machine. */
    static List<InterfaceFacts> ofThisMachine() throws IOException {
        List<InterfaceFacts> all = new ArrayList<>();
        for (NetworkInterface each : NetworkInterface.networkInterfaces().collect(Collectors.toUnmodifiableList())) {
            try {
                all.add(of(each));
            } catch (SocketException e) {
                // It vanished while we looked.
                continue;
            }
        }
        return all;
    }

    private static InterfaceFacts of(NetworkInterface it) throws SocketException {
        List<InetAddress> addresses = it.inetAddresses()
                .sorted(Comparator.comparing(InetAddress::isLinkLocalAddress))
                .collect(Collectors.toUnmodifiableList());
        return new InterfaceFacts(
                it.getName(), addresses, it.isUp(), it.isLoopback(), it.supportsMulticast(), it.getMTU());
    }

    /** Returns the first address of the same family as {@code like}, or null. */
    InetAddress addressLike(InetAddress like) {
        return addresses.stream()
                .filter(address -> address.getClass() == like.getClass())
                .findFirst()
                .orElse(null);
    }

    /** Returns the same with one of the addresses before all others: that is sent from. */
    InterfaceFacts withFirst(InetAddress address) {
        List<InetAddress> sorted = new ArrayList<>(addresses);
        sorted.sort(Comparator.comparing(each -> !each.equals(address)));
        return new InterfaceFacts(name, sorted, isUp, isLoopback, canMulticast, mtu);
    }

    /** Returns what people need to tell interfaces apart: {@code eth0 (10.0.0.7)} or {@code eth1 (down)}. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        if (!isUp) {
            words.add("down");
        }
        if (isLoopback) {
            words.add("loopback");
        }
        if (!canMulticast && !isLoopback) {
            words.add("no multicast");
        }
        for (InetAddress address : addresses) {
            words.add(withoutScope(address));
        }
        if (addresses.isEmpty()) {
            words.add("no address");
        }
        return name + " (" + String.join(", ", words) + ")";
    }

    private static String withoutScope(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}

package dev.mimeo;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;

/**
 * Where senders and receivers meet: a multicast address and a UDP port. Immutable.
 *
 * <p>Addresses of local scope (239.0.0.0/8, and ff02 to ff05 of IPv6) can be used at once; others are for
 * {@code allowGlobalScope()} of the builders, since routers may carry them anywhere (RFC 2365).
 *
 * @param address a multicast address outside 224.0.0.0/24, which belongs to routing protocols
 * @param port 1 to 65,535
 */
public record MulticastGroup(InetAddress address, int port) {
    /** Refuses what is no group. */
    public MulticastGroup {
        Objects.requireNonNull(address, "address");
        if (!address.isMulticastAddress()) {
            throw new IllegalArgumentException(address.getHostAddress()
                    + " is not a multicast address; choose one within 239.0.0.0 to 239.255.255.255");
        }
        if (isReserved(address)) {
            throw new IllegalArgumentException(address.getHostAddress()
                    + " is within 224.0.0.0/24, which routing protocols use; choose one within 239.0.0.0 to"
                    + " 239.255.255.255");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not within 1 to 65,535");
        }
    }

    /**
     * Returns the group at an address and a port.
     *
     * @param address an IPv4 or IPv6 address in digits; names are not looked up
     * @param port 1 to 65,535
     */
    public static MulticastGroup of(String address, int port) {
        Objects.requireNonNull(address, "address");
        if (!address.matches("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%.+)?")) {
            throw new IllegalArgumentException(
                    "\"" + address + "\" is not an IP address in digits, such as 239.192.7.1");
        }
        try {
            return new MulticastGroup(InetAddress.getByName(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("\"" + address + "\" is not an IP address, such as 239.192.7.1", e);
        }
    }

    /** Returns whether traffic to this group stays within an administrative boundary by its address alone. */
    public boolean isLocalScope() {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return (bytes[0] & 0xff) == 239;
        }
        int scope = bytes[1] & 0x0f;
        return scope >= 2 && scope <= 5;
    }

    private static boolean isReserved(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address && (bytes[0] & 0xff) == 224 && bytes[1] == 0 && bytes[2] == 0;
    }

    /** Returns address and port as people write them: {@code 239.192.7.1:6003}. */
    @Override
    public String toString() {
        return address instanceof Inet4Address
                ? address.getHostAddress() + ":" + port
                : "[" + address.getHostAddress() + "]:" + port;
    }
}

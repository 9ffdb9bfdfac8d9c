package dev.mimeo;

import dev.mimeo.internal.Addresses;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * Where senders and receivers meet: a multicast address and a UDP port, and perhaps the only one who is heard there. Immutable.
 *
 * <p>Addresses of local scope (239.0.0.0/8, and ff01 to ff05 of IPv6) can be used at once; others are for
 * {@code allowGlobalScope()} of the builders, since routers may carry them anywhere (RFC 2365, RFC 7346).
 *
 * <p>With a source, the network brings receivers what that machine sends, and nothing of anybody else (RFC 4607); they answer to
 * it alone, by unicast. At source-specific addresses (232.0.0.0/8, ff3x::/32) receivers need one, at others they may have one.
 * Hosts choose among 232.0.1.0 to 232.255.255.255, and ff32::8000:0 to ff35::ffff:ffff, of which the latter are of local scope.
 *
 * @param address a multicast address outside 224.0.0.0/24, which belongs to routing protocols, and ff00::/16
 * @param port 1 to 65,535
 * @param source the address of the only machine that is heard; of a sender, the address that it sends from
 */
public record MulticastGroup(InetAddress address, int port, Optional<InetAddress> source) {
    private static final int LARGEST_LOCAL_SCOPE = 5;

    /** Refuses what is no group, or no source of one. */
    public MulticastGroup {
        Objects.requireNonNull(address, "address");
        if (!address.isMulticastAddress()) {
            throw refusal(address, "is not a multicast address");
        }
        if (isReserved(address)) {
            throw refusal(address, "is within 224.0.0.0/24, which routing protocols use");
        }
        if (address instanceof Inet6Address && scope(address) == 0) {
            throw refusal(address, "is within ff00::/16, which is reserved");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not within 1 to 65,535");
        }
        source.ifPresent(from -> checkSource(from, address));
    }

    /** Makes a group where everybody is heard. */
    public MulticastGroup(InetAddress address, int port) {
        this(address, port, Optional.empty());
    }

    /**
     * Returns the group at an address and a port, where everybody is heard.
     *
     * @param address an IPv4 or IPv6 address in digits; names are not looked up
     * @param port 1 to 65,535
     */
    public static MulticastGroup of(String address, int port) {
        return new MulticastGroup(inDigits(address, "239.192.7.1"), port);
    }

    /**
     * Returns this group with one machine that is heard, and nobody else.
     *
     * @param source its address of the same family, in digits
     */
    public MulticastGroup from(String source) {
        return from(inDigits(source, "10.0.0.5"));
    }

    /** Returns this group with one machine that is heard, and nobody else. */
    public MulticastGroup from(InetAddress source) {
        return new MulticastGroup(address, port, Optional.of(source));
    }

    /** Returns this group without its source. */
    public MulticastGroup fromAnybody() {
        return new MulticastGroup(address, port);
    }

    /** Returns whether traffic to this group stays within an administrative boundary by its address alone. */
    public boolean isLocalScope() {
        return address instanceof Inet4Address ? octet(address, 0) == 239 : scope(address) <= LARGEST_LOCAL_SCOPE;
    }

    /** Returns whether the network carries this group from one source at a time only (RFC 4607): 232.0.0.0/8, ff3x::/32. */
    public boolean isSourceSpecific() {
        return address instanceof Inet4Address
                ? octet(address, 0) == 232
                : octet(address, 1) >> 4 == 3 && octet(address, 2) == 0 && octet(address, 3) == 0;
    }

    private static InetAddress inDigits(String text, String example) {
        return Addresses.inDigits(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "\"" + text + "\" is not an IP address in digits, such as " + example));
    }

    private static void checkSource(InetAddress source, InetAddress group) {
        if (source.isMulticastAddress() || source.isAnyLocalAddress()) {
            throw new IllegalArgumentException(source.getHostAddress()
                    + " is not the address of a machine; a source is where a sender sends from");
        }
        if (source.getClass() != group.getClass()) {
            throw new IllegalArgumentException("source " + source.getHostAddress() + " and group "
                    + group.getHostAddress() + " are not both of IPv4, or of IPv6");
        }
    }

    private static IllegalArgumentException refusal(InetAddress address, String fault) {
        String choice = address instanceof Inet4Address
                ? "choose one within 239.0.0.0 to 239.255.255.255"
                : "choose one that begins with ff12 to ff15";
        return new IllegalArgumentException(address.getHostAddress() + " " + fault + "; " + choice);
    }

    private static boolean isReserved(InetAddress address) {
        return address instanceof Inet4Address
                && octet(address, 0) == 224
                && octet(address, 1) == 0
                && octet(address, 2) == 0;
    }

    /** Returns how far a multicast address of IPv6 reaches (RFC 7346): 1 the interface, 2 the link, 5 the site, 14 everywhere. */
    private static int scope(InetAddress address) {
        return octet(address, 1) & 0x0f;
    }

    private static int octet(InetAddress address, int index) {
        return address.getAddress()[index] & 0xff;
    }

    /** Returns address and port as people write them, {@code 239.192.7.1:6003}, and where from if it has a source. */
    @Override
    public String toString() {
        return Addresses.text(address.getHostAddress(), port)
                + source.map(from -> " from " + from.getHostAddress()).orElse("");
    }
}

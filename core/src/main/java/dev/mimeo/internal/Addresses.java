package dev.mimeo.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Reads and writes addresses. Names are never looked up: that takes time, and asks others. */
public final class Addresses {
    private static final String IN_DIGITS = "[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%.+)?";

    private Addresses() {}

    /** Returns the address that a text is; empty if it is none. One of IPv6 may have a zone, {@code fe80::1%eth0}. */
    public static Optional<InetAddress> inDigits(String text) {
        try {
            return text.matches(IN_DIGITS) ? Optional.of(InetAddress.getByName(text)) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** Returns an address and a port as people write them: {@code 10.0.0.7:6003}, {@code [ff15::7]:6003}. */
    public static String text(String address, int port) {
        return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
    }
}

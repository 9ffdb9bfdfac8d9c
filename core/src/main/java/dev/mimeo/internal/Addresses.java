package dev.mimeo.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Reads addresses. Names are never looked up: that takes time, and asks others. */
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
}

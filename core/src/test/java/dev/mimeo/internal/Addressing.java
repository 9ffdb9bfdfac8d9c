package dev.mimeo.internal;

/** Kinds of groups. */
enum Addressing {
    IPV4("IPv4"),
    IPV4_SOURCE("IPv4, source-specific"),
    IPV6("IPv6"),
    IPV6_SOURCE("IPv6, source-specific");

    private final String text;

    Addressing(String text) {
        this.text = text;
    }

    boolean isIpv6() {
        return this == IPV6 || this == IPV6_SOURCE;
    }

    boolean hasSource() {
        return this == IPV4_SOURCE || this == IPV6_SOURCE;
    }

    @Override
    public String toString() {
        return text;
    }
}

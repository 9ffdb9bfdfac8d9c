package dev.mimeo.protocol;

/** How a datagram reached us: a sender re-advertises what it was asked by unicast (RFC 5740, section 5.4.4). */
public enum Delivery {
    /** Sent to the group: every receiver has heard it too. */
    MULTICAST,
    /** Sent to us alone. */
    UNICAST
}

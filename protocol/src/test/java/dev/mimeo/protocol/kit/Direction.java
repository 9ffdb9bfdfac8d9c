package dev.mimeo.protocol.kit;

/** Which of a node's two links. */
public enum Direction {
    /** To the node: every recipient of a multicast has its own. */
    INBOUND,
    /** From the node: a multicast passes it once, before it spreads. */
    OUTBOUND
}

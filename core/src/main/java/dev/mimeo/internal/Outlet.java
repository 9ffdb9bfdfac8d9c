package dev.mimeo.internal;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;

/**
 * How what is sent leaves a machine.
 *
 * @param timeToLive 0 to 255 (hop limit of IPv6); 0 stays on this machine
 * @param dscp 0 to 63, the differentiated services code point of every datagram (RFC 2474)
 * @param includesThisMachine whether members on this machine, this one included, hear what is sent
 */
record Outlet(int timeToLive, int dscp, boolean includesThisMachine) {
    /** The code point has the upper six bits of the octet, ECN the others. */
    private static final int DSCP_SHIFT = 2;

    /** Marks what leaves a channel. */
    static void mark(DatagramChannel channel, int dscp) throws IOException {
        channel.setOption(StandardSocketOptions.IP_TOS, dscp << DSCP_SHIFT);
    }

    /** Makes one for datagrams that are nothing special, and that members on this machine hear. */
    static Outlet of(int timeToLive) {
        return new Outlet(timeToLive, 0, true);
    }
}

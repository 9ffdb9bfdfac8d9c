package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.Optional;

/** How many bytes of image a datagram carries: what the interface can take in one piece. */
final class SegmentLength {
    /** Fills datagrams of Ethernet's 1,500 bytes. */
    private static final int USUAL = 1_408;
    /** Header of NORM_DATA with its extensions. */
    private static final int HEADERS = 64;

    private static final int UDP = 8;
    private static final int IPV4 = 20;
    private static final int IPV6 = 40;
    private static final int USUAL_MTU = 1_500;

    private SegmentLength() {}

    /** Returns what the user wants, if the interface can carry it, or what suits the interface. */
    static int choose(Optional<Integer> wanted, InterfaceFacts facts, MulticastGroup group) throws IOException {
        int most = largestDatagram(facts, group) - HEADERS;
        if (wanted.isPresent() && wanted.get() > most) {
            throw new IOException(
                    "Cannot send segments of " + wanted.get() + " bytes on network interface " + facts.name()
                            + ": its MTU of " + facts.mtu() + " bytes carries at most " + most
                            + "; choose segmentLength(" + most
                            + ") or less");
        }
        return wanted.orElse(Math.min(USUAL, most));
    }

    /** Returns the largest UDP payload that the interface carries in one piece. */
    private static int largestDatagram(InterfaceFacts facts, MulticastGroup group) {
        int mtu = facts.mtu() > 0 ? facts.mtu() : USUAL_MTU;
        return mtu - UDP - (group.address() instanceof Inet4Address ? IPV4 : IPV6);
    }
}

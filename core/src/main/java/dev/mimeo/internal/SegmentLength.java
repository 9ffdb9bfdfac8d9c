package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.protocol.seal.SealHeader;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How many bytes of image a datagram carries: what the interface can take in one piece. */
final class SegmentLength {
    /** Fills datagrams of Ethernet's 1,500 bytes. */
    static final int USUAL = 1_408;
    /** Header of NORM_DATA with its extensions. */
    private static final int HEADERS = 64;

    /** Parity is computed in words of 8 bytes. */
    private static final int WHOLE_WORDS = -Long.BYTES;

    private static final int UDP = 8;
    private static final int IPV4 = 20;
    private static final int IPV6 = 40;
    private static final int USUAL_MTU = 1_500;

    private SegmentLength() {}

    /**
     * Returns what the user wants, if the interface can carry it, or what suits the interface. Sealed, there is less room: for
     * feedback as well, whose seal is longer, and its header as much shorter.
     *
     * @param interfaces one at least; the least of them counts
     */
    static int choose(Optional<Integer> wanted, List<InterfaceFacts> interfaces, MulticastGroup group, boolean isSealed)
            throws IOException {
        InterfaceFacts facts = interfaces.stream()
                .min(Comparator.comparingInt(each -> largestDatagram(each, group)))
                .orElseThrow();
        int most = largestDatagram(facts, group) - HEADERS - (isSealed ? SealHeader.SENDER_OVERHEAD : 0);
        if (wanted.isPresent() && wanted.get() > most) {
            throw new IOException(
                    "Cannot send segments of " + wanted.get() + " bytes on network interface " + facts.name()
                            + ": its MTU of " + facts.mtu() + " bytes carries at most " + most
                            + "; choose segmentLength(" + most
                            + ") or less");
        }
        int usual = Math.min(USUAL, most);
        return wanted.orElse(isSealed ? usual & WHOLE_WORDS : usual);
    }

    /** Returns the segments that fit into datagrams of so many bytes, sealed or not. */
    static int within(int datagramLength) {
        return datagramLength - HEADERS - SealHeader.SENDER_OVERHEAD & WHOLE_WORDS;
    }

    /** Returns the largest UDP payload that the interface carries in one piece. */
    static int largestDatagram(InterfaceFacts facts, MulticastGroup group) {
        int mtu = facts.mtu() > 0 ? facts.mtu() : USUAL_MTU;
        return mtu - UDP - (group.address() instanceof Inet4Address ? IPV4 : IPV6);
    }
}

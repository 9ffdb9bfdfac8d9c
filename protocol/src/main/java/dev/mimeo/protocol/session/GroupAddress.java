package dev.mimeo.protocol.session;

import dev.mimeo.protocol.wire.MalformedDatagramException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Where a session meets: a multicast address and a UDP port; or a port of the machine of whoever says so, who sends from there to
 * one receiver alone. That one has no address on the wire: so nobody can be sent to a third party.
 *
 * @param address 4 or 16 bytes, of a multicast address; 4 zeros for the machine of the sender
 * @param port 1 to 65,535
 */
public record GroupAddress(ByteBuffer address, int port) {
    private static final int SHORT = 4;
    private static final int LONG = 16;
    private static final byte[] SENDER = new byte[SHORT];
    /** Most bytes of address and port on the wire. */
    static final int LARGEST = LONG + Short.BYTES;

    /** Refuses what is no group, and copies the address. */
    public GroupAddress {
        byte[] bytes = new byte[address.remaining()];
        address.get(address.position(), bytes);
        address = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
        String fault = fault(bytes, port);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
    }

    /** Returns a port of the sender's own machine. */
    public static GroupAddress ofSender(int port) {
        return new GroupAddress(ByteBuffer.wrap(SENDER), port);
    }

    /** Says what is wrong; null if nothing is. */
    private static String fault(byte[] address, int port) {
        boolean multicast = address.length == SHORT && (address[0] & 0xf0) == 0xe0
                || address.length == LONG && (address[0] & 0xff) == 0xff;
        return (multicast || Arrays.equals(address, SENDER)) && port >= 1 && port <= 0xffff
                ? null
                : HexFormat.of().formatHex(address) + " port " + port + " is no multicast group";
    }

    /** Takes an address of {@code length} bytes that meets at {@code port}: a multicast group. */
    public static GroupAddress read(SessionReader in, int length, int port) throws MalformedDatagramException {
        GroupAddress group = readNext(in, length, port);
        SessionReader.require(group.isOfSender() ? "a group without an address" : null);
        return group;
    }

    /** As {@link #read}; or a port of the sender's own machine. */
    static GroupAddress readNext(SessionReader in, int length, int port) throws MalformedDatagramException {
        byte[] address = in.bytes(length, "group");
        SessionReader.require(fault(address, port));
        return new GroupAddress(ByteBuffer.wrap(address), port);
    }

    /** Returns whether it is a port of the machine of whoever says so. */
    public boolean isOfSender() {
        return address.equals(ByteBuffer.wrap(SENDER));
    }

    /** Returns a view of the address with a position of its own. */
    @Override
    public ByteBuffer address() {
        return address.duplicate();
    }

    /** Returns how many bytes the address has. */
    public int length() {
        return address.remaining();
    }
}

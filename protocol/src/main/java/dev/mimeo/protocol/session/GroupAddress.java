package dev.mimeo.protocol.session;

import dev.mimeo.protocol.wire.MalformedDatagramException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Where a session meets: a multicast address and a UDP port.
 *
 * @param address 4 or 16 bytes, of a multicast address
 * @param port 1 to 65,535
 */
public record GroupAddress(ByteBuffer address, int port) {
    private static final int SHORT = 4;
    private static final int LONG = 16;
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

    /** Says what is wrong; null if nothing is. */
    private static String fault(byte[] address, int port) {
        boolean multicast = address.length == SHORT && (address[0] & 0xf0) == 0xe0
                || address.length == LONG && (address[0] & 0xff) == 0xff;
        return multicast && port >= 1 && port <= 0xffff
                ? null
                : HexFormat.of().formatHex(address) + " port " + port + " is no multicast group";
    }

    /** Takes an address of {@code length} bytes that meets at {@code port}. */
    public static GroupAddress read(SessionReader in, int length, int port) throws MalformedDatagramException {
        byte[] address = in.bytes(length, "group");
        SessionReader.require(fault(address, port));
        return new GroupAddress(ByteBuffer.wrap(address), port);
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

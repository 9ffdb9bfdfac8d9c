package dev.mimeo.internal;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What recvmsg of 64-bit Linux is told and tells: where the datagram goes, where it came from, and of what size the datagrams are
 * that the system has put together (UDP_GRO). Made once for a socket, reused for every call.
 *
 * <pre>
 * struct msghdr  { void *name; u32 namelen; void *iov; u64 iovlen; void *control; u64 controllen; int flags; }
 * struct iovec   { void *base; u64 len; }
 * struct cmsghdr { u64 len; int level; int type; unsigned char data[]; }
 * </pre>
 */
final class MessageHeader {
    static final int SOL_UDP = 17;
    static final int UDP_GRO = 104;
    /** MSG_DONTWAIT. */
    static final int DO_NOT_WAIT = 0x40;

    /** MSG_CTRUNC and MSG_TRUNC. */
    private static final int TRUNCATED = 0x08 | 0x20;

    private static final int NAME_POINTER = 0;
    private static final int NAME_LENGTH = 8;
    private static final int VECTOR_POINTER = 16;
    private static final int VECTOR_COUNT = 24;
    private static final int CONTROL_POINTER = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int VECTOR = 56;
    private static final int VECTOR_LENGTH = VECTOR + 8;
    private static final int CONTROL = VECTOR_LENGTH + 8;
    private static final int CONTROL_LEVEL = CONTROL + 8;
    private static final int CONTROL_TYPE = CONTROL + 12;
    private static final int CONTROL_VALUE = CONTROL + 16;
    private static final int CONTROL_CAPACITY = 64;
    private static final int NAME = CONTROL + CONTROL_CAPACITY;
    private static final int NAME_CAPACITY = 32;

    /** struct sockaddr_in and sockaddr_in6, of which the port is in the order of the network. */
    private static final int PORT = NAME + 2;

    private static final int IPV4_ADDRESS = NAME + 4;
    private static final int IPV4_END = NAME + 8;
    private static final int IPV6_ADDRESS = NAME + 8;
    private static final int IPV6_SCOPE = NAME + 24;
    private static final int IPV6_END = NAME + 28;
    private static final int AF_INET = 2;
    /** Of an address that is the same on every link. */
    private static final int NO_SCOPE = -1;

    private final ByteBuffer memory =
            ByteBuffer.allocateDirect(NAME + NAME_CAPACITY).order(ByteOrder.nativeOrder());
    private final ByteBuffer data;
    private final long address;
    /** The name that {@link #latest} was made of. */
    private final ByteBuffer latestName = ByteBuffer.allocate(NAME_CAPACITY);

    private InetSocketAddress latest;

    /** What is received goes to {@code data}, a direct buffer, from 0 on. */
    MessageHeader(ByteBuffer data, NativeCalls calls) {
        this.data = data;
        this.address = calls.address(memory);
        memory.putLong(NAME_POINTER, address + NAME);
        memory.putLong(VECTOR_POINTER, address + VECTOR);
        memory.putLong(VECTOR_COUNT, 1);
        memory.putLong(CONTROL_POINTER, address + CONTROL);
        memory.putLong(VECTOR, calls.address(data.clear()));
        memory.putLong(VECTOR_LENGTH, data.capacity());
    }

    /** Prepares the next call; returns where the header is. */
    long address() {
        memory.putInt(NAME_LENGTH, NAME_CAPACITY);
        memory.putLong(CONTROL_LENGTH, CONTROL_CAPACITY);
        return address;
    }

    /** Returns whether not all of the datagram was received, or not all that is told of it. */
    boolean isTruncated() {
        return (memory.getInt(FLAGS) & TRUNCATED) != 0;
    }

    /** Returns the size of the datagrams that were put together, the last of which may be shorter; 0 if there is only one. */
    int segmentLength() {
        boolean told = memory.getLong(CONTROL_LENGTH) >= CONTROL_VALUE + Integer.BYTES - CONTROL
                && memory.getInt(CONTROL_LEVEL) == SOL_UDP
                && memory.getInt(CONTROL_TYPE) == UDP_GRO;
        return told ? memory.getInt(CONTROL_VALUE) : 0;
    }

    /** Returns where the datagram came from. Nothing is allocated while that is the same. */
    InetSocketAddress from() throws UnknownHostException {
        boolean isIpv4 = memory.getShort(NAME) == AF_INET;
        ByteBuffer name = memory.limit(isIpv4 ? IPV4_END : IPV6_END).position(NAME);
        if (!name.equals(latestName)) {
            latestName.clear().put(name).flip();
            latest = new InetSocketAddress(isIpv4 ? ipv4() : ipv6(), Short.toUnsignedInt(port()));
        }
        return latest;
    }

    private short port() {
        return latestName.getShort(PORT - NAME);
    }

    private InetAddress ipv4() throws UnknownHostException {
        byte[] bytes = new byte[IPV4_END - IPV4_ADDRESS];
        latestName.get(IPV4_ADDRESS - NAME, bytes);
        return Inet4Address.getByAddress(bytes);
    }

    private InetAddress ipv6() throws UnknownHostException {
        byte[] bytes = new byte[IPV6_SCOPE - IPV6_ADDRESS];
        latestName.get(IPV6_ADDRESS - NAME, bytes);
        int scope = memory.getInt(IPV6_SCOPE);
        return Inet6Address.getByAddress(null, bytes, scope == 0 ? NO_SCOPE : scope);
    }
}

package dev.mimeo.internal;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A message of MADCAP about addresses of IPv4 (RFC 2730, section 2.1):
 *
 * <pre>
 * +---------+---------+---------+---------+
 * |version 0|  type   | address family: 1 |
 * +---------+---------+---------+---------+
 * |                  xid                  |
 * +---------+---------+---------+---------+
 * |       code        |      length       |   options, each once and in any order; the last is End,
 * +---------+---------+---------+---------+   code and length 0, and nothing is behind it
 * |  content ...                          |
 * </pre>
 *
 * @param options those that are known to {@link Option}, each of a length that it may have; others are skipped
 */
record MadcapMessage(Type type, int xid, Map<Option, ByteBuffer> options) {
    /** What a message is for; its code is its place, from 1 (section 2.2). */
    enum Type {
        DISCOVER,
        OFFER,
        REQUEST,
        RENEW,
        ACK,
        NAK,
        RELEASE,
        GETINFO
    }

    /** What we say or look at (section 3). */
    enum Option {
        /** Seconds. */
        LEASE_TIME(1, 4, 4),
        /** Address family and address of a server; compared, and never read. */
        SERVER_IDENTIFIER(2, 3, 64),
        LEASE_IDENTIFIER(3, 1, 64),
        /** The lowest address of a scope. */
        MULTICAST_SCOPE(4, 4, 4),
        /** Codes of options. */
        OPTION_REQUEST_LIST(5, 2, 64),
        /** Seconds since 1970. */
        START_TIME(6, 4, 4),
        MULTICAST_SCOPE_LIST(9, 0, LARGEST),
        /** Lowest addresses, each with how many there are. */
        ADDRESS_RANGES(10, 0, LARGEST),
        /** Seconds since 1970. */
        CURRENT_TIME(11, 4, 4),
        /** Seconds. */
        MINIMUM_LEASE_TIME(14, 4, 4),
        /** A code, and what depends on it. */
        ERROR(16, 2, LARGEST);

        private static final Option[] ALL = values();

        final int code;
        final int shortest;
        final int longest;

        Option(int code, int shortest, int longest) {
            this.code = code;
            this.shortest = shortest;
            this.longest = longest;
        }

        /** Returns the option; null if it is unknown. */
        static Option of(int code) {
            for (Option each : ALL) {
                if (each.code == code) {
                    return each;
                }
            }
            return null;
        }
    }

    /**
     * Where multicast traffic stays within bounds.
     *
     * @param first lowest address, by which it is known
     * @param last highest address
     * @param timeToLive the most that what is sent to it may have, 0 to 255
     */
    record Scope(Inet4Address first, Inet4Address last, int timeToLive) {
        /** What may be assumed where no server lists any (section 2.7). */
        static final Scope LOCAL = new Scope(address(0xefff_0000), address(0xefff_ffff), 16);

        private static final Scope ADMINISTRATIVE = new Scope(address(0xef00_0000), address(0xefff_ffff), 255);

        /** Makes one of which nothing but the lowest address is known. */
        static Scope from(Inet4Address first) {
            return new Scope(first, ADMINISTRATIVE.last, ADMINISTRATIVE.timeToLive);
        }

        /** Returns whether an address is within. */
        boolean contains(Inet4Address address) {
            return Integer.compareUnsigned(number(first), number(address)) <= 0
                    && Integer.compareUnsigned(number(address), number(last)) <= 0;
        }

        /** Returns whether it is one by administration, to which may be sent with such a time to live. */
        boolean lets(int sent) {
            return sent <= timeToLive && ADMINISTRATIVE.contains(first) && ADMINISTRATIVE.contains(last);
        }

        @Override
        public String toString() {
            return "scope " + first.getHostAddress();
        }
    }

    private static final int LARGEST = 0xffff;
    private static final int ADDRESS_FAMILY = 1;

    private static final int TYPE = 1;
    private static final int FAMILY = TYPE + Byte.BYTES;
    private static final int XID = FAMILY + Short.BYTES;
    private static final int OPTIONS = XID + Integer.BYTES;
    private static final int OPTION_HEADER = 2 * Short.BYTES;
    private static final int RANGE_LENGTH = Integer.BYTES + Short.BYTES;

    /** Copies the options. */
    MadcapMessage {
        options = Collections.unmodifiableMap(new EnumMap<>(options));
    }

    /** Reads a datagram, from its position to its limit; empty if it is none that section 2.1 allows, or of another family. */
    static Optional<MadcapMessage> decode(ByteBuffer in) {
        ByteBuffer bytes = in.slice();
        if (bytes.limit() < OPTIONS + OPTION_HEADER
                || bytes.get(0) != 0
                || bytes.get(TYPE) < 1
                || bytes.get(TYPE) > Type.values().length
                || bytes.getShort(FAMILY) != ADDRESS_FAMILY) {
            return Optional.empty();
        }
        return options(bytes.position(OPTIONS))
                .map(options -> new MadcapMessage(Type.values()[bytes.get(TYPE) - 1], bytes.getInt(XID), options))
                .filter(message -> message.scopeList().isPresent());
    }

    private static Optional<Map<Option, ByteBuffer>> options(ByteBuffer in) {
        Map<Option, ByteBuffer> options = new EnumMap<>(Option.class);
        while (in.remaining() >= OPTION_HEADER) {
            int code = in.getShort() & LARGEST;
            int length = in.getShort() & LARGEST;
            if (code == 0) {
                return length == 0 && !in.hasRemaining() ? Optional.of(options) : Optional.empty();
            }
            if (length > in.remaining()) {
                break;
            }
            Option option = Option.of(code);
            if (option != null
                    && (length < option.shortest
                            || length > option.longest
                            || options.put(option, copy(in, length)) != null)) {
                break;
            }
            in.position(in.position() + length);
        }
        return Optional.empty();
    }

    private static ByteBuffer copy(ByteBuffer in, int length) {
        byte[] content = new byte[length];
        in.get(in.position(), content);
        return ByteBuffer.wrap(content);
    }

    /** Returns it as a datagram. */
    ByteBuffer encode() {
        int length = OPTIONS + OPTION_HEADER;
        for (ByteBuffer content : options.values()) {
            length += OPTION_HEADER + content.capacity();
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        out.put((byte) 0).put((byte) (type.ordinal() + 1)).putShort((short) ADDRESS_FAMILY);
        out.putInt(xid);
        options.forEach((option, content) -> out.putShort((short) option.code)
                .putShort((short) content.capacity())
                .put(content.duplicate().clear()));
        return out.putShort((short) 0).putShort((short) 0).flip();
    }

    /** Returns the content of an option that is one number of 32 bits without a sign. */
    Optional<Long> number(Option option) {
        return Optional.ofNullable(options.get(option)).map(content -> Integer.toUnsignedLong(content.getInt(0)));
    }

    /** Returns the first address that is leased; empty if there is none. */
    Optional<Inet4Address> firstAddress() {
        return Optional.ofNullable(options.get(Option.ADDRESS_RANGES))
                .filter(ranges -> ranges.capacity() >= RANGE_LENGTH && ranges.getShort(Integer.BYTES) != 0)
                .map(ranges -> address(ranges.getInt(0)))
                .filter(InetAddress::isMulticastAddress);
    }

    /** Returns the scopes that are listed, smallest first; none if there is no list. */
    List<Scope> scopes() {
        return scopeList().orElse(List.of());
    }

    /** Returns the scopes; nothing if what stands there is no list of scopes (section 3.10). */
    private Optional<List<Scope>> scopeList() {
        ByteBuffer in = options.getOrDefault(Option.MULTICAST_SCOPE_LIST, ByteBuffer.allocate(0))
                .duplicate()
                .clear();
        List<Scope> scopes = new ArrayList<>();
        for (int left = in.hasRemaining() ? in.get() & 0xff : 0; left > 0; left--) {
            if (in.remaining() < 2 * Integer.BYTES + 2) {
                return Optional.empty();
            }
            Scope scope = new Scope(address(in.getInt()), address(in.getInt()), in.get() & 0xff);
            if (!scope.contains(scope.last()) || !scope.first().isMulticastAddress() || !skipNames(in)) {
                return Optional.empty();
            }
            scopes.add(scope);
        }
        return in.hasRemaining() ? Optional.empty() : Optional.of(scopes);
    }

    /** Goes beyond the names of a scope: flags, language, name. */
    private static boolean skipNames(ByteBuffer in) {
        for (int left = in.get() & 0xff; left > 0; left--) {
            if (!in.hasRemaining()) {
                return false;
            }
            in.get();
            if (!skipText(in) || !skipText(in)) {
                return false;
            }
        }
        return true;
    }

    private static boolean skipText(ByteBuffer in) {
        int length = in.hasRemaining() ? in.get() & 0xff : 0;
        if (length == 0 || length > in.remaining()) {
            return false;
        }
        in.position(in.position() + length);
        return true;
    }

    /** Returns what an ERROR says, in words (section 3.17). */
    String error() {
        ByteBuffer content = options.get(Option.ERROR);
        if (content == null) {
            return "no reason is given";
        }
        int code = content.getShort(0) & LARGEST;
        return switch (code) {
            case 0 -> "the request could not be completed: no address is free, or the lease would be too long";
            case 1 -> "the request is invalid";
            case 2 -> "the clocks differ too much";
            case 3 -> "the lease is not known";
            case 4 -> "a feature is not supported";
            default -> "error " + code;
        };
    }

    /** Returns an address as the content of an option. */
    static ByteBuffer content(Inet4Address address) {
        return ByteBuffer.wrap(address.getAddress());
    }

    /** Returns the code of an option as the content of {@link Option#OPTION_REQUEST_LIST}. */
    static ByteBuffer codes(Option only) {
        return ByteBuffer.allocate(Short.BYTES).putShort(0, (short) only.code);
    }

    /** Returns a number as the content of an option. */
    static ByteBuffer content(long number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(0, (int) number);
    }

    /** Returns one address as the content of {@link Option#ADDRESS_RANGES}. */
    static ByteBuffer range(Inet4Address only) {
        return ByteBuffer.allocate(RANGE_LENGTH).put(0, only.getAddress()).putShort(Integer.BYTES, (short) 1);
    }

    private static int number(Inet4Address address) {
        return ByteBuffer.wrap(address.getAddress()).getInt();
    }

    private static Inet4Address address(int number) {
        try {
            return (Inet4Address) InetAddress.getByAddress(
                    ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}

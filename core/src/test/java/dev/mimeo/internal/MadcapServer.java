package dev.mimeo.internal;

import dev.mimeo.internal.MadcapMessage.Option;
import dev.mimeo.internal.MadcapMessage.Type;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A server of MADCAP as RFC 2730 has it, as far as clients of ours can tell: one that lists one scope, and leases addresses of
 * a range of it, one each, lowest first. It answers what was repeated with the same as before (section 2.1.4).
 */
final class MadcapServer {
    /** An address that is leased, or offered. */
    private record Lease(Inet4Address address, boolean isOffer, long endNanos) {}

    private record Question(Type type, int xid, ByteBuffer identifier) {}

    private static final long SECOND_NANOS = 1_000_000_000;
    private static final long OFFER_HOLD_NANOS = 60 * SECOND_NANOS;

    private final ByteBuffer identifier;
    private final Inet4Address scope;
    private final List<Inet4Address> addresses;
    private final Map<ByteBuffer, Lease> leases = new LinkedHashMap<>();
    private final Map<Question, ByteBuffer> cache = new HashMap<>();
    private final Set<Type> ignored = EnumSet.noneOf(Type.class);
    private final List<Type> heard = new ArrayList<>();
    private long longestSeconds = 86_400;
    private Optional<ByteBuffer> scopeList = Optional.empty();

    /**
     * Leases addresses.
     *
     * @param address its own
     */
    MadcapServer(String address, String scope, String... addresses) {
        ByteBuffer own = ByteBuffer.allocate(Short.BYTES + Integer.BYTES).putShort(0, (short) 1);
        identifier = own.put(Short.BYTES, address(address).getAddress());
        this.scope = address(scope);
        this.addresses = List.of(addresses).stream().map(MadcapServer::address).toList();
    }

    static Inet4Address address(String text) {
        try {
            return (Inet4Address) java.net.InetAddress.getByName(text);
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Default: a day. Leases are no longer. */
    MadcapServer longest(long seconds) {
        longestSeconds = seconds;
        return this;
    }

    /** Default: only the scope, up to 239.255.255.255 and for any time to live. What is said of scopes. */
    MadcapServer scopeList(ByteBuffer content) {
        scopeList = Optional.of(content);
        return this;
    }

    /** From now on it does not answer these. */
    synchronized MadcapServer ignore(Type first, Type... others) {
        ignored.addAll(EnumSet.of(first, others));
        return this;
    }

    /** From now on it answers everything. */
    synchronized void heed() {
        ignored.clear();
    }

    /** It was started anew, without its memory. */
    synchronized void forget() {
        leases.clear();
        cache.clear();
    }

    /** Returns what it was asked, in order, without what it ignored. */
    synchronized List<Type> heard() {
        return List.copyOf(heard);
    }

    /** Returns the addresses that are leased; not those that are offered only. */
    synchronized List<Inet4Address> leased(long nowNanos) {
        return leases.values().stream()
                .filter(each -> !each.isOffer() && each.endNanos() > nowNanos)
                .map(Lease::address)
                .toList();
    }

    /** Returns how many addresses are offered. */
    synchronized long offeredCount() {
        return leases.values().stream().filter(Lease::isOffer).count();
    }

    /** Returns the answer, if it is one that is answered. */
    synchronized Optional<ByteBuffer> answer(ByteBuffer datagram, long nowNanos) {
        MadcapMessage question = MadcapMessage.decode(datagram).orElseThrow();
        if (ignored.contains(question.type())) {
            return Optional.empty();
        }
        heard.add(question.type());
        ByteBuffer client = question.options().get(Option.LEASE_IDENTIFIER);
        Question key = new Question(question.type(), question.xid(), client);
        if (cache.containsKey(key)) {
            return Optional.of(cache.get(key).duplicate());
        }
        leases.values().removeIf(each -> each.endNanos() <= nowNanos);
        Optional<ByteBuffer> answer = decide(question, client, nowNanos).map(MadcapMessage::encode);
        answer.ifPresent(bytes -> cache.put(key, bytes));
        return answer.map(ByteBuffer::duplicate);
    }

    private Optional<MadcapMessage> decide(MadcapMessage question, ByteBuffer client, long nowNanos) {
        return switch (question.type()) {
            case GETINFO ->
                Optional.of(message(
                        question, Type.ACK, Map.of(Option.MULTICAST_SCOPE_LIST, scopeList.orElseGet(this::onlyScope))));
            case DISCOVER ->
                lease(question, client, true, nowNanos).map(lease -> message(question, Type.OFFER, terms(question)));
            case REQUEST -> request(question, client, nowNanos);
            case RENEW ->
                Optional.of(
                        leases.containsKey(client)
                                ? grant(question, client, leases.get(client).address(), nowNanos)
                                : refusal(question, 3));
            case RELEASE ->
                Optional.of(
                        leases.remove(client) == null ? refusal(question, 3) : message(question, Type.ACK, Map.of()));
            case OFFER, ACK, NAK -> Optional.empty();
        };
    }

    private Optional<MadcapMessage> request(MadcapMessage question, ByteBuffer client, long nowNanos) {
        ByteBuffer chosen = question.options().getOrDefault(Option.SERVER_IDENTIFIER, identifier);
        if (!chosen.equals(identifier)) {
            leases.remove(client);
            return Optional.empty();
        }
        return Optional.of(lease(question, client, false, nowNanos)
                .map(address -> grant(question, client, address, nowNanos))
                .orElseGet(() -> refusal(question, 0)));
    }

    /** Returns the address of a lease or offer, the one that is asked for or the lowest that is free. */
    private Optional<Inet4Address> lease(MadcapMessage question, ByteBuffer client, boolean isOffer, long nowNanos) {
        if (!MadcapMessage.content(scope).equals(question.options().get(Option.MULTICAST_SCOPE))) {
            return Optional.empty();
        }
        Optional<Inet4Address> wanted = question.firstAddress();
        Optional<Inet4Address> address = leases.containsKey(client)
                ? Optional.of(leases.get(client).address())
                : addresses.stream()
                        .filter(each -> leases.values().stream()
                                .noneMatch(lease -> lease.address().equals(each)))
                        .filter(each -> wanted.isEmpty() || wanted.get().equals(each))
                        .findFirst();
        address.ifPresent(each -> leases.put(client, new Lease(each, isOffer, nowNanos + OFFER_HOLD_NANOS)));
        return address;
    }

    private MadcapMessage grant(MadcapMessage question, ByteBuffer client, Inet4Address address, long nowNanos) {
        leases.put(client, new Lease(address, false, nowNanos + seconds(question) * SECOND_NANOS));
        Map<Option, ByteBuffer> options = terms(question);
        options.put(Option.ADDRESS_RANGES, MadcapMessage.range(address));
        return message(question, Type.ACK, options);
    }

    private long seconds(MadcapMessage question) {
        return Math.min(longestSeconds, question.number(Option.LEASE_TIME).orElse(longestSeconds));
    }

    private Map<Option, ByteBuffer> terms(MadcapMessage question) {
        Map<Option, ByteBuffer> terms = new EnumMap<>(Option.class);
        terms.put(Option.LEASE_TIME, MadcapMessage.content(seconds(question)));
        terms.put(Option.MULTICAST_SCOPE, MadcapMessage.content(scope));
        return terms;
    }

    private MadcapMessage refusal(MadcapMessage question, int code) {
        return message(
                question,
                Type.NAK,
                Map.of(Option.ERROR, ByteBuffer.allocate(Short.BYTES).putShort(0, (short) code)));
    }

    /** Makes an answer, which is of this server and to this lease. */
    MadcapMessage message(MadcapMessage question, Type type, Map<Option, ByteBuffer> options) {
        Map<Option, ByteBuffer> all = new EnumMap<>(Option.class);
        all.putAll(options);
        all.put(Option.SERVER_IDENTIFIER, identifier);
        all.put(Option.LEASE_IDENTIFIER, question.options().get(Option.LEASE_IDENTIFIER));
        return new MadcapMessage(type, question.xid(), all);
    }

    private ByteBuffer onlyScope() {
        return scopes(scope(scope.getHostAddress(), "239.255.255.255", 255));
    }

    /** Returns a list of scopes as the content of its option. */
    static ByteBuffer scopes(byte[]... scopes) {
        ByteBuffer list = ByteBuffer.allocate(1 + 10 * scopes.length).put((byte) scopes.length);
        for (byte[] each : scopes) {
            list.put(each);
        }
        return list.flip();
    }

    /** Returns a scope of such a list, without a name. */
    static byte[] scope(String first, String last, int timeToLive) {
        return ByteBuffer.allocate(10)
                .put(address(first).getAddress())
                .put(address(last).getAddress())
                .put((byte) timeToLive)
                .put((byte) 0)
                .array();
    }
}

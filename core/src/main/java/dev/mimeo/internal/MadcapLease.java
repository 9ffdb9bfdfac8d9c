package dev.mimeo.internal;

import dev.mimeo.internal.MadcapMessage.Option;
import dev.mimeo.internal.MadcapMessage.Scope;
import dev.mimeo.internal.MadcapMessage.Type;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One address, from the moment when it is asked for until it is given back (RFC 2730, section 2.2): no socket, no clock.
 *
 * <pre>
 *           scopes           offer            ACK         half of the lease
 *  LOOKING ───────▶ DISCOVERING ──────▶ REQUESTING ──▶ HELD ─────────────▶ RENEWING
 *     └── of a server that was named ──────▲            │ ▲──────── ACK ──────┘
 *                                                       └── release ──▶ RELEASING ──▶ OVER
 * </pre>
 *
 * A question is repeated after 0.5 s, and then after twice as long each time, up to 4 s: servers are near, and section 2.3 wants
 * delays that fit. An answer counts if it has the xid of the question, the identifier of this lease, comes from the server that
 * was asked, and says what it must (table 5); anything else is ignored. Time is nanoseconds.
 */
final class MadcapLease {
    /** Where a lease is. */
    enum State {
        /** Asks which scopes there are. */
        LOOKING,
        /** Asks all servers who has an address. */
        DISCOVERING,
        /** Asks one server for an address. */
        REQUESTING,
        /** Has an address. */
        HELD,
        /** Has an address, and asks for more time. */
        RENEWING,
        /** Gives it back. */
        RELEASING,
        /** Has no address, now or any more. */
        OVER
    }

    /**
     * What all leases of an allocator have in common.
     *
     * @param networkInterface what people call it
     * @param servers where servers are looked for
     * @param server if one is named
     * @param scope the lowest address of the scope, if it is named
     * @param timeToLive what is going to be sent to the address has so much
     * @param leaseSeconds what is asked for
     * @param patienceNanos how long an address, or more time, is waited for
     */
    record Settings(
            String networkInterface,
            InetSocketAddress servers,
            Optional<InetSocketAddress> server,
            Optional<Inet4Address> scope,
            int timeToLive,
            long leaseSeconds,
            long patienceNanos) {}

    /** A shorter lease is not taken: it would be renewed all the time. */
    static final long SHORTEST_SECONDS = 30;

    private static final long SECOND_NANOS = 1_000_000_000;
    private static final long FIRST_DELAY_NANOS = SECOND_NANOS / 2;
    private static final long LONGEST_DELAY_NANOS = 4 * SECOND_NANOS;
    private static final long FAREWELL_NANOS = 4 * SECOND_NANOS;

    private final Settings settings;
    private final ByteBuffer identifier;
    private State state;
    private Scope scope;
    /** Whom this lease is asked of; null as long as it is all servers. */
    private InetSocketAddress server;

    private ByteBuffer serverIdentifier;
    private Inet4Address address;
    private IOException refusal;
    private IOException failure;
    private long renewNanos;
    private long endNanos;

    private int xid;
    private MadcapMessage question;
    private InetSocketAddress destination;
    private long askedNanos;
    private long sendNanos;
    private long delayNanos;
    private long patienceEndNanos;

    /**
     * Begins to look for an address.
     *
     * @param identifier which no other lease has
     * @param xid of the first question
     */
    MadcapLease(Settings settings, byte[] identifier, int xid, long nowNanos) {
        this.settings = settings;
        this.identifier = ByteBuffer.wrap(identifier);
        this.xid = xid;
        server = settings.server().orElse(null);
        patienceEndNanos = nowNanos + settings.patienceNanos();
        if (settings.scope().isPresent()) {
            scope = Scope.from(settings.scope().get());
            seek(nowNanos);
        } else {
            Map<Option, ByteBuffer> options = ofThisLease();
            options.put(Option.OPTION_REQUEST_LIST, MadcapMessage.codes(Option.MULTICAST_SCOPE_LIST));
            ask(State.LOOKING, Type.GETINFO, options, settings.server().orElse(settings.servers()), nowNanos);
        }
    }

    State state() {
        return state;
    }

    /** Returns what tells this lease from all others. */
    ByteBuffer identifier() {
        return identifier;
    }

    /** Returns the address; null before there is one. */
    Inet4Address address() {
        return address;
    }

    /** Returns why there is no address, now or any more; null if there is, or it was given back. */
    IOException failure() {
        return failure;
    }

    /** Returns whether it is known if there is an address. */
    boolean isSettled() {
        return address != null || failure != null || state == State.OVER;
    }

    /** Returns when {@link #onTime} or {@link #poll} have something to do. */
    long nextDeadlineNanos() {
        return switch (state) {
            case LOOKING, DISCOVERING, REQUESTING, RENEWING, RELEASING -> Math.min(sendNanos, patienceEndNanos);
            case HELD -> renewNanos;
            case OVER -> Long.MAX_VALUE;
        };
    }

    /** Returns a datagram that is to be sent now to {@link #destination}; null if there is none. */
    ByteBuffer poll(long nowNanos) {
        if (state == State.HELD || state == State.OVER || nowNanos < sendNanos) {
            return null;
        }
        sendNanos = nowNanos + delayNanos;
        delayNanos = Math.min(LONGEST_DELAY_NANOS, 2 * delayNanos);
        return question.encode();
    }

    InetSocketAddress destination() {
        return destination;
    }

    // -------------------------------------------------------------------------------------------------------- inputs

    /** Something has come, whatever it is. */
    void onMessage(MadcapMessage message, InetSocketAddress source, long nowNanos) {
        ByteBuffer by = message.options().get(Option.SERVER_IDENTIFIER);
        if (message.xid() != xid
                || !identifier.equals(message.options().get(Option.LEASE_IDENTIFIER))
                || by == null
                || server != null && !server.getAddress().equals(source.getAddress())
                || serverIdentifier != null && !serverIdentifier.equals(by)) {
            return;
        }
        switch (state) {
            case LOOKING -> onInformation(message, text(source), nowNanos);
            case DISCOVERING -> {
                if (message.type() == Type.OFFER && areTerms(message)) {
                    server = new InetSocketAddress(
                            source.getAddress(), settings.servers().getPort());
                    serverIdentifier = by;
                    Map<Option, ByteBuffer> options = terms();
                    options.put(Option.SERVER_IDENTIFIER, by);
                    ask(State.REQUESTING, Type.REQUEST, options, settings.servers(), nowNanos);
                }
            }
            case REQUESTING, RENEWING -> onAnswer(message, by, nowNanos);
            case RELEASING -> {
                if (message.type() == Type.ACK || message.type() == Type.NAK) {
                    state = State.OVER;
                }
            }
            case HELD, OVER -> {}
        }
    }

    /** Where nothing is listed, the local scope may be assumed (section 2.7). */
    private void onInformation(MadcapMessage message, String source, long nowNanos) {
        List<Scope> scopes = message.scopes().isEmpty() ? List.of(Scope.LOCAL) : message.scopes();
        Optional<Scope> fitting =
                scopes.stream().filter(each -> each.lets(settings.timeToLive())).findFirst();
        if (message.type() == Type.ACK && fitting.isPresent()) {
            scope = fitting.get();
            xid++;
            seek(nowNanos);
        } else if (message.type() == Type.ACK) {
            refuse("MADCAP server " + source
                    + " knows no scope within 239.0.0.0 to 239.255.255.255 that lets a time to live of "
                    + settings.timeToLive() + " through; name a scope, with scope()");
        } else if (message.type() == Type.NAK) {
            refuse("MADCAP server " + source + " does not tell its scopes: " + message.error()
                    + "; name a scope, with scope()");
        }
    }

    /** Where no server was named, another may help. */
    private void refuse(String why) {
        refusal = new IOException(why);
        if (server != null) {
            fail(refusal);
        }
    }

    private void onAnswer(MadcapMessage message, ByteBuffer by, long nowNanos) {
        if (message.type() == Type.ACK && isGrant(message)) {
            serverIdentifier = by;
            address = message.firstAddress().orElseThrow();
            hold(Math.min(message.number(Option.LEASE_TIME).orElseThrow(), settings.leaseSeconds()));
        } else if (message.type() == Type.NAK && question.type() == Type.RENEW) {
            // It may have forgotten, and a certain address may be asked for (section 3.11).
            Map<Option, ByteBuffer> options = terms();
            options.put(Option.ADDRESS_RANGES, MadcapMessage.range(address));
            xid++;
            ask(State.RENEWING, Type.REQUEST, options, server, nowNanos);
        } else if (message.type() == Type.NAK) {
            String what = state == State.RENEWING ? " takes back " + text(address) : " refuses an address of " + scope;
            fail(new IOException("MADCAP server " + text(server) + what + ": " + message.error()));
        }
    }

    /** Returns whether a message says what an offer must say, and it can be taken. */
    private boolean areTerms(MadcapMessage message) {
        Optional<Long> start = message.number(Option.START_TIME);
        return message.number(Option.LEASE_TIME)
                        .filter(it -> it >= SHORTEST_SECONDS)
                        .isPresent()
                && MadcapMessage.content(scope.first()).equals(message.options().get(Option.MULTICAST_SCOPE))
                && (start.isEmpty()
                        || message.number(Option.CURRENT_TIME)
                                .filter(now -> start.get() <= now)
                                .isPresent());
    }

    private boolean isGrant(MadcapMessage message) {
        return areTerms(message)
                && message.firstAddress()
                        .filter(given -> address == null ? scope.contains(given) : address.equals(given))
                        .isPresent();
    }

    /** The server cannot have counted from before it was asked. */
    private void hold(long seconds) {
        state = State.HELD;
        renewNanos = askedNanos + seconds * SECOND_NANOS / 2;
        endNanos = askedNanos + seconds * SECOND_NANOS;
    }

    /** Time has passed. */
    void onTime(long nowNanos) {
        switch (state) {
            case LOOKING, DISCOVERING, REQUESTING, RENEWING, RELEASING -> {
                if (nowNanos >= patienceEndNanos) {
                    onSilence(nowNanos);
                }
            }
            case HELD -> {
                if (nowNanos >= endNanos) {
                    fail(new SocketTimeoutException(
                            "MADCAP server " + text(server) + " has not renewed " + text(address) + " in time"));
                } else if (nowNanos >= renewNanos) {
                    patienceEndNanos = Math.min(endNanos, nowNanos + settings.patienceNanos());
                    xid++;
                    ask(State.RENEWING, Type.RENEW, times(), server, nowNanos);
                }
            }
            case OVER -> {}
        }
    }

    private void onSilence(long nowNanos) {
        switch (state) {
            case LOOKING -> fail(refusal == null ? silent("answered") : refusal);
            case DISCOVERING -> fail(silent("offered an address of " + scope));
            case REQUESTING -> {
                failure = silent("given an address of " + scope);
                // It may have, and the answer was lost.
                release(nowNanos);
            }
            case RENEWING -> {
                state = State.HELD;
                long half = (endNanos - nowNanos) / 2;
                renewNanos = half < settings.patienceNanos() ? endNanos : nowNanos + half;
            }
            case RELEASING -> state = State.OVER;
            case HELD, OVER -> throw new AssertionError(state);
        }
    }

    private IOException silent(String what) {
        long seconds = settings.patienceNanos() / SECOND_NANOS;
        return new SocketTimeoutException(
                server == null
                        ? "No MADCAP server has " + what + " on " + settings.networkInterface() + " within " + seconds
                                + " s; start one, name one, or choose addresses yourself"
                        : "MADCAP server " + text(server) + " has not " + what + " within " + seconds
                                + " s; see whether it runs and can be reached, or choose addresses yourself");
    }

    private void fail(IOException why) {
        failure = why;
        state = State.OVER;
    }

    /** The address is not needed, now or any more. */
    void release(long nowNanos) {
        switch (state) {
            case LOOKING, DISCOVERING -> state = State.OVER;
            case REQUESTING, HELD, RENEWING -> {
                patienceEndNanos = nowNanos + FAREWELL_NANOS;
                xid++;
                ask(State.RELEASING, Type.RELEASE, ofThisLease(), server, nowNanos);
            }
            case RELEASING, OVER -> {}
        }
    }

    // ----------------------------------------------------------------------------------------------------- questions

    /** Asks for an address of the scope: a server that was named for it, or all who has one. */
    private void seek(long nowNanos) {
        if (server == null) {
            ask(State.DISCOVERING, Type.DISCOVER, terms(), settings.servers(), nowNanos);
        } else {
            ask(State.REQUESTING, Type.REQUEST, terms(), server, nowNanos);
        }
    }

    private void ask(State next, Type type, Map<Option, ByteBuffer> options, InetSocketAddress to, long nowNanos) {
        state = next;
        question = new MadcapMessage(type, xid, options);
        destination = to;
        askedNanos = nowNanos;
        sendNanos = nowNanos;
        delayNanos = FIRST_DELAY_NANOS;
    }

    private Map<Option, ByteBuffer> ofThisLease() {
        Map<Option, ByteBuffer> options = new EnumMap<>(Option.class);
        options.put(Option.LEASE_IDENTIFIER, identifier);
        return options;
    }

    private Map<Option, ByteBuffer> times() {
        Map<Option, ByteBuffer> options = ofThisLease();
        options.put(Option.LEASE_TIME, MadcapMessage.content(settings.leaseSeconds()));
        options.put(Option.MINIMUM_LEASE_TIME, MadcapMessage.content(SHORTEST_SECONDS));
        return options;
    }

    private Map<Option, ByteBuffer> terms() {
        Map<Option, ByteBuffer> options = times();
        options.put(Option.MULTICAST_SCOPE, MadcapMessage.content(scope.first()));
        return options;
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress();
    }

    private static String text(Inet4Address address) {
        return address.getHostAddress();
    }
}

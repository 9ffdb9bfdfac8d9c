package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.wire.MessageType;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A network in virtual time. Addresses are node ids; a datagram to {@link NodeId#ANY} reaches every node of its origin's LAN
 * but the origin, any other reaches one node. There is one LAN unless nodes are {@linkplain #lan moved} to others. It passes
 * the outbound {@link Link} of its origin, once, and the inbound link of each recipient; and, if the two are not in one site,
 * the {@linkplain #trunk long ways} between.
 *
 * <p>What happens to a datagram is decided when it is sent. Recipients that it reaches at the same time share one event and
 * one copy of the bytes, so that the cost of a multicast to thousands is close to one draw of the loss model for each.
 *
 * <p>Confined to one thread, like the simulation that owns it.
 */
public final class SimulatedNetwork {
    /** How long an inbound link takes unless told otherwise: 0.2 ms. Outbound links take none. */
    public static final long DELAY_NANOS = 200_000;

    private static final int GROUPS_SEARCHED = 8;

    /** Takes what arrives. */
    interface Sink {
        void arrived(int node, Datagram datagram, Delivery delivery);
    }

    private final long seed;
    private final List<Port> ports = new ArrayList<>();
    private final Map<NodeId, Port> portsById = new HashMap<>();
    private final List<Consumer<Link>> inboundDefaults = new ArrayList<>();
    private final List<Consumer<Link>> outboundDefaults = new ArrayList<>();
    private final List<Consumer<Datagram>> taps = new ArrayList<>();
    private final TimedQueue<Flight> flights = new TimedQueue<>();
    private final ArrayDeque<Flight> freeFlights = new ArrayDeque<>();
    private final ArrayDeque<Datagram> freeDatagrams = new ArrayDeque<>();
    private final Flight[] openFlights = new Flight[GROUPS_SEARCHED];
    private int openFlightCount;
    private long nowNanos;
    private long spreadCount;
    private boolean tapping;
    private Trace trace;
    private long traceHash = 0x9e37_79b9_7f4a_7c15L;

    private long sentCount;
    private long deliveredCount;
    private long lostCount;
    private long absentCount;
    private long duplicatedCount;
    private long reorderedCount;
    private long corruptedCount;
    private long truncatedCount;

    /** One node as the network sees it. */
    private static final class Port {
        final NodeId id;
        final int index;
        final Link inbound;
        final Link outbound;
        final long[] sentByType = new long[16];
        boolean listening = true;
        int lan;
        Trunk trunk;
        long sentCount;
        long sentBytes;

        Port(NodeId id, int index, Link inbound, Link outbound) {
            this.id = id;
            this.index = index;
            this.inbound = inbound;
            this.outbound = outbound;
        }
    }

    /** Makes a network without nodes. */
    SimulatedNetwork(long seed) {
        this.seed = seed;
        everyInbound(link -> link.delayNanos(DELAY_NANOS));
    }

    /** Adds a node; the n-th has number n - 1. */
    int attach(NodeId id) {
        if (portsById.containsKey(id) || id.equals(NodeId.ANY)) {
            throw new IllegalArgumentException("node " + id + " is taken");
        }
        Port port = new Port(id, ports.size(), newLink(id, 1), newLink(id, 2));
        ports.add(port);
        portsById.put(id, port);
        inboundDefaults.forEach(setting -> setting.accept(port.inbound));
        outboundDefaults.forEach(setting -> setting.accept(port.outbound));
        return port.index;
    }

    /** Adds a node that nothing runs on: what is sent to it is lost, what is sent from it was {@linkplain #inject injected}. */
    public void attachOutsider(NodeId id) {
        listening(attach(id), false);
    }

    private Link newLink(NodeId id, int direction) {
        return new Link(id, new SplittableRandom(Mix.of(Mix.of(seed, id.value()), direction)));
    }

    void trace(Trace trace) {
        this.trace = trace;
    }

    void listening(int node, boolean listening) {
        ports.get(node).listening = listening;
    }

    /** Applies settings to the inbound links of all nodes, now and of those to come. */
    public void everyInbound(Consumer<Link> setting) {
        inboundDefaults.add(setting);
        ports.forEach(port -> setting.accept(port.inbound));
    }

    /** Applies settings to the outbound links of all nodes, now and of those to come. */
    public void everyOutbound(Consumer<Link> setting) {
        outboundDefaults.add(setting);
        ports.forEach(port -> setting.accept(port.outbound));
    }

    /** Default: 0. Puts a node into a LAN: what is sent to the group reaches nobody elsewhere. */
    public void lan(NodeId node, int lan) {
        port(node).lan = lan;
    }

    /** Puts nodes into a site of their own, behind a long way that takes no time and loses nothing unless told otherwise. */
    public Trunk trunk(NodeId... site) {
        Trunk trunk = new Trunk(Mix.of(seed, site[0].value()), site[0]);
        for (NodeId each : site) {
            port(each).trunk = trunk;
        }
        return trunk;
    }

    /** Returns a link of a node. */
    public Link link(NodeId node, Direction direction) {
        return switch (direction) {
            case INBOUND -> port(node).inbound;
            case OUTBOUND -> port(node).outbound;
        };
    }

    /** Returns the link over which everything reaches a node. */
    public Link inbound(NodeId node) {
        return port(node).inbound;
    }

    /** Returns the link over which everything leaves a node. */
    public Link outbound(NodeId node) {
        return port(node).outbound;
    }

    /**
     * Shows every datagram to {@code tap} when it is sent, before any link. A tap may {@link #inject}, and does not see what
     * it injects.
     */
    public void tap(Consumer<Datagram> tap) {
        taps.add(tap);
    }

    /** Sends a datagram that no machine made, as if {@code origin} had sent it now. Position to limit of {@code content}. */
    public void inject(NodeId origin, NodeId destination, ByteBuffer content) {
        send(port(origin).index, destination, content, nowNanos);
    }

    /** Does the same at a time that is not that of a datagram. */
    void inject(NodeId origin, NodeId destination, ByteBuffer content, long atNanos) {
        send(port(origin).index, destination, content, atNanos);
    }

    private Port port(NodeId id) {
        Port port = portsById.get(id);
        if (port == null) {
            throw new IllegalArgumentException("there is no node " + id);
        }
        return port;
    }

    void send(int from, NodeId destination, ByteBuffer content, long atNanos) {
        nowNanos = atNanos;
        Port origin = ports.get(from);
        Datagram datagram = newDatagram();
        datagram.open(origin.id, destination, atNanos, ++sentCount, content);
        origin.sentCount++;
        origin.sentBytes += datagram.length();
        origin.sentByType[datagram.typeCode()]++;
        traceHash = Mix.of(traceHash, Mix.of(atNanos, (long) from << 32 ^ datagram.hash()));
        if (trace != null) {
            trace.begin(datagram);
        }
        leave(origin, datagram, atNanos);
        if (trace != null) {
            trace.end();
        }
        if (!tapping && !taps.isEmpty()) {
            tapping = true;
            taps.forEach(tap -> tap.accept(datagram));
            tapping = false;
        }
        release(datagram);
    }

    private void leave(Port origin, Datagram datagram, long atNanos) {
        Link link = origin.outbound;
        if (link.loses(datagram, atNanos)) {
            lostCount++;
            note("lost on its way out", null);
            return;
        }
        int copies = link.duplicates() ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            if (copy > 0) {
                duplicatedCount++;
                note("doubled on its way out", null);
            }
            Datagram passed = damaged(link, datagram, null);
            spread(origin, passed, atNanos + delayed(link, null));
            release(passed);
        }
    }

    private void spread(Port origin, Datagram datagram, long atNanos) {
        spreadCount++;
        if (!datagram.isToGroup()) {
            Port recipient = portsById.get(datagram.destination());
            if (recipient == null) {
                absentCount++;
                note("nobody there", null);
            } else {
                travel(origin, recipient, datagram, atNanos);
            }
        } else {
            for (int i = 0; i < ports.size(); i++) {
                if (i != origin.index && ports.get(i).lan == origin.lan) {
                    travel(origin, ports.get(i), datagram, atNanos);
                }
            }
        }
        depart();
    }

    /** From one site to another, if they are not the same, and on to the recipient. */
    private void travel(Port origin, Port recipient, Datagram datagram, long atNanos) {
        long nanos = atNanos;
        if (origin.trunk != recipient.trunk) {
            nanos = origin.trunk == null ? nanos : origin.trunk.leave(datagram, spreadCount, nanos);
            nanos = recipient.trunk == null || nanos < 0 ? nanos : recipient.trunk.enter(datagram, spreadCount, nanos);
        }
        if (nanos < 0) {
            lostCount++;
            note("lost on the way to the site of", recipient);
        } else {
            approach(recipient, datagram, nanos);
        }
    }

    private void approach(Port recipient, Datagram datagram, long atNanos) {
        Link link = recipient.inbound;
        if (link.loses(datagram, atNanos)) {
            lostCount++;
            note("lost by", recipient);
        } else if (link.isPerfect()) {
            board(recipient, datagram, atNanos + delayed(link, recipient));
        } else {
            approachUnderFaults(recipient, link, datagram, atNanos);
        }
    }

    private void approachUnderFaults(Port recipient, Link link, Datagram datagram, long atNanos) {
        int copies = link.duplicates() ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            if (copy > 0) {
                duplicatedCount++;
                note("doubled for", recipient);
            }
            Datagram passed = damaged(link, datagram, recipient);
            board(recipient, passed, atNanos + delayed(link, recipient));
            release(passed);
        }
    }

    private long delayed(Link link, Port recipient) {
        long before = link.reorderedCount;
        long nanos = link.nextDelayNanos();
        if (link.reorderedCount != before) {
            reorderedCount++;
            note(recipient == null ? "held back on its way out" : "held back for", recipient);
        }
        return nanos;
    }

    /** Returns {@code datagram}, held once more, or a damaged copy of it. */
    private Datagram damaged(Link link, Datagram datagram, Port recipient) {
        boolean corrupt = link.corrupts();
        boolean corruptContent = link.corruptsContent(datagram);
        boolean truncate = link.truncates();
        if (!corrupt && !corruptContent && !truncate) {
            datagram.hold();
            return datagram;
        }
        Datagram copy = newDatagram();
        copy.open(datagram.origin(), datagram.destination(), datagram.sentNanos(), datagram.number(), datagram.view());
        if (corrupt) {
            corruptedCount++;
            link.flipBits(copy);
            note(recipient == null ? "corrupted on its way out" : "corrupted for", recipient);
        }
        if (corruptContent) {
            corruptedCount++;
            link.invertLastByte(copy);
            note(recipient == null ? "content corrupted on its way out" : "content corrupted for", recipient);
        }
        if (truncate) {
            truncatedCount++;
            link.cut(copy);
            note(recipient == null ? "cut short on its way out" : "cut short for", recipient);
        }
        return copy;
    }

    /** Puts a recipient on the flight of this datagram that arrives at this time. */
    private void board(Port recipient, Datagram datagram, long atNanos) {
        for (int i = 1; i <= Math.min(openFlightCount, GROUPS_SEARCHED); i++) {
            Flight flight = openFlights[(openFlightCount - i) % GROUPS_SEARCHED];
            if (flight.atNanos == atNanos && flight.datagram == datagram && !flight.contains(recipient.index)) {
                flight.add(recipient.index);
                return;
            }
        }
        Flight flight = freeFlights.isEmpty() ? new Flight() : freeFlights.pop();
        flight.open(datagram, atNanos);
        flight.add(recipient.index);
        flights.add(atNanos, flight);
        openFlights[openFlightCount++ % GROUPS_SEARCHED] = flight;
    }

    /** From now on nobody boards the flights that are open. */
    private void depart() {
        for (int i = 0; i < Math.min(openFlightCount, GROUPS_SEARCHED); i++) {
            openFlights[i] = null;
        }
        openFlightCount = 0;
    }

    private void note(String what, Port recipient) {
        if (trace != null) {
            trace.note(what, recipient == null ? null : recipient.id);
        }
    }

    /** Returns when the next datagram arrives somewhere, or {@link dev.mimeo.protocol.Machine#NEVER}. */
    public long nextArrivalNanos() {
        return flights.nextNanos();
    }

    /** Hands the next datagram to all whom it reaches at this time. */
    void arrive(Sink sink) {
        nowNanos = flights.nextNanos();
        Flight flight = flights.poll();
        Datagram datagram = flight.datagram;
        Delivery delivery = datagram.isToGroup() ? Delivery.MULTICAST : Delivery.UNICAST;
        for (int node = flight.takeNext(0); node >= 0; node = flight.takeNext(node)) {
            if (!ports.get(node).listening) {
                absentCount++;
                continue;
            }
            deliveredCount++;
            traceHash = Mix.of(traceHash, Mix.of(nowNanos, (long) node << 32 ^ datagram.hash()));
            sink.arrived(node, datagram, delivery);
        }
        flight.datagram = null;
        freeFlights.push(flight);
        release(datagram);
    }

    private Datagram newDatagram() {
        Datagram datagram = freeDatagrams.isEmpty() ? new Datagram() : freeDatagrams.pop();
        datagram.hold();
        return datagram;
    }

    private void release(Datagram datagram) {
        if (datagram.letGo()) {
            datagram.poison();
            freeDatagrams.push(datagram);
        }
    }

    /** Returns what has happened so far to all datagrams. */
    public NetworkCounters counters() {
        long bytes = 0;
        for (Port port : ports) {
            bytes += port.sentBytes;
        }
        return new NetworkCounters(
                sentCount,
                bytes,
                deliveredCount,
                lostCount,
                absentCount,
                duplicatedCount,
                reorderedCount,
                corruptedCount,
                truncatedCount);
    }

    /** Returns how many datagrams a node has sent; a multicast counts once. */
    public long datagramsFrom(NodeId origin) {
        return port(origin).sentCount;
    }

    /** Returns how many datagrams of a type a node has sent, judged by their first byte. */
    public long datagramsFrom(NodeId origin, MessageType type) {
        return port(origin).sentByType[type.code()];
    }

    /** Returns how many bytes, UDP payload, a node has put on the wire; a multicast counts once. */
    public long bytesFrom(NodeId origin) {
        return port(origin).sentBytes;
    }

    /**
     * Returns a number that depends on every datagram: when it was sent, by whom, its bytes, when it arrived where. The same
     * seed and the same code give the same.
     */
    public long traceHash() {
        return traceHash;
    }
}

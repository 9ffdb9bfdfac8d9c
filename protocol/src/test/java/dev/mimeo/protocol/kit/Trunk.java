package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.NodeId;
import java.util.SplittableRandom;

/**
 * The long way between a site and everybody elsewhere, one {@link Link} in each direction. A datagram to many nodes of the site
 * passes it once: all of them get it, or none. It loses and delays; other faults are for the links of the nodes.
 *
 * <p>Made by {@link SimulatedNetwork#trunk}.
 */
public final class Trunk {
    private final Link toSite;
    private final Link fromSite;
    /** Of the datagram that passed last, in one direction or the other. */
    private long spread;

    private long arrivalNanos;

    Trunk(long seed, NodeId name) {
        toSite = new Link(name, new SplittableRandom(Mix.of(seed, 3)));
        fromSite = new Link(name, new SplittableRandom(Mix.of(seed, 4)));
    }

    /** Returns the way to the site. */
    public Link toSite() {
        return toSite;
    }

    /** Returns the way from the site. */
    public Link fromSite() {
        return fromSite;
    }

    /** Returns when a datagram is in the site, or a negative number if it is lost: the same for all of one {@code spread}. */
    long enter(Datagram datagram, long spread, long atNanos) {
        return pass(toSite, datagram, spread, atNanos);
    }

    /** Returns when a datagram has left the site, likewise. */
    long leave(Datagram datagram, long spread, long atNanos) {
        return pass(fromSite, datagram, spread, atNanos);
    }

    private long pass(Link link, Datagram datagram, long spread, long atNanos) {
        if (this.spread != spread) {
            this.spread = spread;
            arrivalNanos = link.loses(datagram, atNanos) ? -1 : atNanos + link.nextDelayNanos();
        }
        return arrivalNanos;
    }
}

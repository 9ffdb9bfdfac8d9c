package dev.mimeo.internal;

import dev.mimeo.DroppedDatagrams;
import dev.mimeo.protocol.NodeId;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Where datagrams enter and leave: one member of one group.
 *
 * <p>{@code wakeup} and {@code close} are for any thread, the rest for one at a time.
 */
interface MulticastPort extends Closeable {
    /**
     * Takes the next datagram without waiting; returns whether there was one. One that is not for the machines is taken as
     * well, and leaves {@code inbound} empty: so a flood of them does not hold up the caller.
     */
    boolean receive(Inbound inbound) throws IOException;

    /** Believes that the node which a received datagram names as its source is where that came from. */
    void heard(Inbound inbound);

    /**
     * Sends a datagram, to the group if {@code destination} is {@link NodeId#ANY}, else to where that node was last heard
     * from. One that the system refuses, or whose destination is unknown, counts as sent and lost. It may wait for others
     * that can leave with it, in order, until {@link #flush}.
     *
     * @return false if the system has no room now: try again later
     */
    boolean send(ByteBuffer datagram, NodeId destination) throws IOException;

    /**
     * Lets leave what {@link #send} has kept: to be called when there is nothing more to send now.
     *
     * @return false if the system has no room now: try again later
     */
    boolean flush() throws IOException;

    /** Returns where a node was last heard from, if it was. */
    Optional<SocketAddress> addressOf(NodeId node);

    /** Returns what people should know of datagrams that were dropped, for the end of a message; empty if nothing. */
    default String complaint() {
        return "";
    }

    /** Returns how many datagrams were dropped so far before a machine saw them. */
    default DroppedDatagrams dropped() {
        return DroppedDatagrams.NONE;
    }

    /** Waits until there is a datagram, {@link #wakeup} was called, or {@code nanos} have passed; maybe less. */
    void await(long nanos) throws IOException;

    /** Ends the present or the next {@link #await}. */
    void wakeup();

    /** Leaves the group and closes the sockets. */
    @Override
    void close();
}

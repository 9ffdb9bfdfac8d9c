package dev.mimeo;

import dev.mimeo.internal.DefaultNetworkCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;

/**
 * Tells why multicast would not work here, before anyone waits for an image. Not safe for use by several threads.
 *
 * <p>{@link #thisMachine} looks at one machine. For the network between, machines that are to receive {@link #respond}, and
 * the one that is to send checks {@link #withOthers}: it sends small numbered probes to the group, some longer, some with a
 * larger time to live, and what arrives where says what is wrong. Probes are no messages of NORM: receivers ignore them, and
 * count them as malformed ({@link DroppedDatagrams}). They are neither sealed nor signed: whoever is on the network can forge
 * answers, which leads a diagnosis astray and nothing else.
 */
public interface NetworkCheck {
    /** Most machines that are checked at a time, by name or by answer; others are not looked at. */
    int MOST_OTHERS = 64;

    /**
     * Starts from the defaults.
     *
     * @param group one where everybody is heard: a source-specific one cannot be checked, nor one with a source
     */
    static NetworkCheck of(MulticastGroup group) {
        return new DefaultNetworkCheck(group);
    }

    /** Default: the only one that can, see {@link SenderOptions#networkInterface}. */
    NetworkCheck networkInterface(String nameOrAddress);

    /**
     * Default: 1. What the sender is going to have, 0 to 255. Some probes have a larger one, up to 32, to look for routers; with
     * 0 none has, and everything stays within this machine.
     */
    NetworkCheck timeToLive(int timeToLive);

    /** Default: groups of local scope only (see {@link MulticastGroup#isLocalScope}). Allows all groups. */
    NetworkCheck allowGlobalScope();

    /**
     * Default: 10 s, at least 3 s and at most an hour. How long {@link #withOthers} probes: a switch that forgets who listens does
     * so after four minutes or more. One that has forgotten already is found at once.
     */
    NetworkCheck duration(Duration duration);

    /**
     * Default: whoever answers. Adds a machine, one of {@link #MOST_OTHERS} at most, that responds on its address in this network:
     * it is probed by unicast from the beginning, so that something can be said of it even if multicast does not work at all.
     */
    NetworkCheck other(InetAddress address);

    /**
     * Looks at this machine alone: which interface, route, port, receive buffer, whether it hears itself, and for a second who
     * else sends to the group. Nothing leaves the machine but the membership of the group.
     */
    NetworkReport thisMachine() throws InterruptedException;

    /**
     * Sends probes to those who respond: 50 datagrams a second to the group, 100 for a moment at first, and 4 to each of the
     * others as long as it answers or was named, of 152 bytes all but a few. If nobody answers within 3 s, and nobody was named, that is all.
     *
     * @throws IOException if the group cannot be opened: {@link #thisMachine} says why
     */
    NetworkReport withOthers() throws IOException, InterruptedException;

    /**
     * Answers probes until it is closed. One answer at most to each probe that asks for one, never longer than the probe, 100 a
     * second at most altogether; so many as respond may answer a single one, as with everything that is multicast.
     *
     * @throws IOException if the group cannot be opened: {@link #thisMachine} says why
     */
    Responder respond() throws IOException;

    /** Answers probes, on a thread of its own. Safe for use by any thread. */
    interface Responder extends AutoCloseable {
        /** Returns the addresses that probes came from, the first 64. */
        Set<InetAddress> heard();

        /** Leaves the group and closes the sockets. Does nothing when closed already. */
        @Override
        void close();
    }
}

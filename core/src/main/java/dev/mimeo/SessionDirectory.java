package dev.mimeo;

import dev.mimeo.internal.SessionDirectoryBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * What the distribution points of a network send and offer. Opened by its builder; safe for use by any thread.
 *
 * <p>A receiver that knows an image by name and no group:
 * {@code ImageReceiver.from(directory.find("lab.img", timeout).group().orElseThrow())}. Where the group is source-specific, its
 * source is the address of the point that lists it.
 */
public interface SessionDirectory extends AutoCloseable {
    /** Where points list what they send over IPv6, unless they were told otherwise. */
    MulticastGroup USUAL_IPV6_GROUP = MulticastGroup.of("ff15::efff:4d4d", 63_999);

    /** Where points list what they send, unless they were told otherwise. */
    MulticastGroup USUAL_GROUP = MulticastGroup.of("239.255.77.77", 63_999);

    /** Starts a builder of directories on one network interface or several, as {@link SenderOptions#networkInterfaces} takes them. */
    static Builder on(String... networkInterfaces) {
        return new SessionDirectoryBuilder(networkInterfaces);
    }

    /** Returns what is known now, in the order in which it was first heard. Complete after some seconds. Never blocks. */
    List<DirectoryEntry> entries();

    /**
     * Looks for a session of an image, and asks points that offer it to open one.
     *
     * @param image its name, or the 64 hexadecimal digits of its identity
     * @return a session that one can join: it has a group
     * @throws TimeoutException if none was found in time
     * @throws IOException if the network fails
     */
    DirectoryEntry find(String image, Duration atMost) throws IOException, TimeoutException, InterruptedException;

    /** Closes the sockets. Does nothing when closed already. */
    @Override
    void close();

    /** Collects options. */
    interface Builder {
        /**
         * Default: {@link #USUAL_GROUP}; {@link #USUAL_IPV6_GROUP} on an interface that has addresses of IPv6 only, or is named
         * by one. Takes groups where everybody is heard: none that is source-specific, or has a source.
         */
        Builder group(MulticastGroup group);

        /** Default: 1, never beyond the first router. 0 to 255; 0 stays within this machine. */
        Builder timeToLive(int timeToLive);

        /** Default: groups of local scope only (see {@link MulticastGroup#isLocalScope}). Allows all groups. */
        Builder allowGlobalScope();

        /** Default: none, an open network. Hears only points that have the same key. It may be closed once this is open. */
        Builder groupKey(GroupKey key);

        /** Default: {@link Environment#USUAL}. Where threads come from, and what time of day it is. */
        Builder environment(Environment environment);

        /**
         * Opens the sockets, and asks everybody what there is.
         *
         * @throws IOException if that is not possible; the message names the interfaces that were seen and what to do
         */
        SessionDirectory open() throws IOException;
    }
}

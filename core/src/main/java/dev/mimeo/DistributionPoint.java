package dev.mimeo;

import dev.mimeo.internal.DistributionPointBuilder;
import java.io.IOException;
import java.util.List;

/**
 * Sends images to groups of machines, several at a time, on groups and within a rate that were set aside for it. Lists its
 * sessions in the {@linkplain SessionDirectory directory} of the network, and opens one when somebody asks for an image that
 * it offers. Opened by its builder; safe for use by any thread.
 */
public interface DistributionPoint extends AutoCloseable {
    /** Starts a builder of points on one network interface or several, as {@link SenderOptions#networkInterfaces} takes them. */
    static Builder on(String... networkInterfaces) {
        return new DistributionPointBuilder(networkInterfaces);
    }

    /**
     * Opens a session for an image. Before a group is used, the point listens for about a second whether anybody else does,
     * and takes another if so; then returns. Image and receivers are the matter of the session: it fails with an
     * {@link ImageRefusedException} if the image must not be sent like this, see {@link ImageFlag}.
     *
     * @throws IOException if no group is free, or sockets cannot be opened; the message says what to do
     * @throws IllegalArgumentException if the options of the deployment contradict each other
     * @throws IllegalStateException if as many sessions are open as may be, or this point is closed
     */
    ImageSession deploy(Deployment deployment) throws IOException, InterruptedException;

    /**
     * Deploys what a session that has ended was to deploy to those machines that took part and did not verify it, by name.
     * Starts when all of them have joined, or as the deployment says.
     *
     * @throws IllegalArgumentException if the session is not of this point, has not ended, or nobody is incomplete
     */
    ImageSession deployAgain(ImageSession ended) throws IOException, InterruptedException;

    /**
     * Offers an image: a session opens when a receiver asks for it by name or identity, and the receiver's joining starts it
     * unless the deployment says otherwise. Reads the image unless it was {@linkplain ImageSource#prepare prepared}. A pipe
     * can be sent only once, and so not be offered.
     *
     * @return what the image is
     * @throws IOException if the image cannot be read, or must not be sent like this
     * @throws IllegalStateException if there is no directory, or this point is closed
     */
    ImageDescription offer(Deployment deployment) throws IOException;

    /** Returns the sessions that are open, oldest first. */
    List<ImageSession> sessions();

    /**
     * Ends all sessions, gives receivers a moment to hear so, and closes the sockets. Returns within three seconds.
     * Does nothing when closed already.
     */
    @Override
    void close();

    /** Collects options. Not safe for use by several threads; may be used again after the point was opened. */
    interface Builder {
        /** Default: the name of this machine. What watchers are shown, at most 255 bytes of UTF-8. */
        Builder name(String name);

        /**
         * Default: 239.255.78.1 to 239.255.78.254, port 6003; if the {@linkplain #directory directory} is one of IPv6,
         * ff15::efff:4e01 to ff15::efff:4efe. Where groups come from. They may be source-specific: the directory tells
         * receivers who sends.
         */
        Builder addresses(AddressAllocator addresses);

        /** Default: 1, never beyond the first router. 0 to 255; 0 stays within this machine. */
        Builder timeToLive(int timeToLive);

        /** Default: 0. As {@link SenderOptions#dscp}, for the sessions and what is said in the directory. */
        Builder dscp(int codePoint);

        /** Default: groups of local scope only (see {@link MulticastGroup#isLocalScope}). Allows all groups. */
        Builder allowGlobalScope();

        /**
         * Default: 200 Mbit/s. What all sessions together may send, shared equally by those that send; UDP payload, as
         * {@link SenderOptions#rate}.
         */
        Builder rateBudget(DataRate budget);

        /** Default: the same at all times. What all sessions together may send by time of day. */
        Builder rateBudget(RateSchedule budget);

        /** Default: 64. How many sessions may be open, 1 to 1,024. */
        Builder maximumSessions(int sessions);

        /** Default: 1,000. How many receivers may take part in a session unless its deployment says otherwise. */
        Builder maximumReceivers(int receivers);

        /**
         * Default: as {@link SessionDirectory.Builder#group}. Where sessions are listed and asked for; the same for all points and receivers
         * of a network.
         */
        Builder directory(MulticastGroup group);

        /**
         * Lists nothing, and cannot be asked. A group that another point uses is then noticed only if somebody sends there
         * in the second before it is used.
         */
        Builder withoutDirectory();

        /**
         * Default: none, an open network. Seals the directory and all sessions, but those whose deployment has another key;
         * see {@link SenderOptions#groupKey}. The key may be closed once the point is open.
         */
        Builder groupKey(GroupKey key);

        /** Default: {@link Environment#USUAL}. Where threads come from, and what time of day it is. */
        Builder environment(Environment environment);

        /** Default: {@link DistributionPointListener#NONE}. */
        Builder listener(DistributionPointListener listener);

        /**
         * Opens the sockets of the directory.
         *
         * @throws IOException if that is not possible; the message names the interfaces that were seen and what to do
         */
        DistributionPoint open() throws IOException;
    }
}

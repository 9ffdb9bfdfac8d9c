package dev.mimeo;

import dev.mimeo.internal.SenderBuilder;
import java.io.IOException;
import java.time.Duration;

/**
 * Sends images to a group. Opened by its builder, which starts at {@link #to}; safe for use by any thread.
 *
 * <p>One transfer runs at a time; several may follow each other. While none runs, a sender keeps its sockets and no
 * thread.
 */
public interface ImageSender extends AutoCloseable {
    /** Starts a builder of senders to {@code group}. */
    static Builder to(MulticastGroup group) {
        return new SenderBuilder(group);
    }

    /**
     * Sends an image: describes it, waits for receivers as the builder was told, sends it once, repairs what is missing
     * until every receiver has ended or fallen silent. Returns at once.
     *
     * <p>The transfer fails with a {@link StorageException} if the source cannot be read and with a
     * {@link NoReceiversException} if it waited and nobody came. That some receivers failed is no failure of the transfer:
     * the report says so.
     *
     * @throws IllegalStateException if a transfer runs, or this sender is closed
     */
    Transfer<SendReport> send(ImageSource source);

    /** Ends the wait of the running transfer for receivers: starts with whoever has joined. Otherwise does nothing. */
    void startNow();

    /** Returns the group. */
    MulticastGroup group();

    /**
     * Cancels a running transfer, gives its receivers a moment to hear so, and closes the sockets. Returns within two
     * seconds, when no thread of this sender runs any more. Does nothing when closed already.
     */
    @Override
    void close();

    /** Collects options. Not safe for use by several threads; may be used again after {@link #open}. */
    interface Builder {
        /**
         * Default: the only interface that is up, not loopback, and can multicast; several, or none, fail {@link #open}.
         *
         * @param nameOrAddress a name as the system shows it ({@code eth1}), or an address of the interface in digits
         */
        Builder networkInterface(String nameOrAddress);

        /** Default: 200 Mbit/s. Everything that leaves counts, as UDP payload. */
        Builder rate(DataRate rate);

        /** Default: {@link Redundancy#NONE}; losses are repaired when a receiver asks. */
        Builder redundancy(Redundancy redundancy);

        /** Default: 1, never beyond the first router. 0 to 255; 0 stays within this machine. */
        Builder timeToLive(int timeToLive);

        /** Default: empty. What receivers are shown, at most 255 bytes of UTF-8. */
        Builder sessionName(String sessionName);

        /**
         * Default: one receiver, without a limit. Starts when so many receivers have joined, or, after {@code atMost}, with
         * whoever has; if nobody has by then, the transfer fails with {@link NoReceiversException}.
         *
         * @param receivers at least 1
         */
        Builder waitFor(int receivers, Duration atMost);

        /** Default: one receiver. Starts when so many receivers, at least 1, have joined; waits for them without a limit. */
        Builder waitFor(int receivers);

        /**
         * Default: waits for one receiver. Starts at once, whoever listens; the transfer then succeeds without receivers
         * too. For plain NORM receivers, which do not join.
         */
        Builder startNow();

        /**
         * Default: 1,408, or what the interface's MTU leaves room for if that is less. Bytes of content in a datagram,
         * 64 to 65,000; {@link #open} fails if the MTU cannot carry them.
         */
        Builder segmentLength(int bytes);

        /** Default: 128. Most segments in a block, which is coded, repaired, read and written as one; 1 to 254. */
        Builder blockLength(int segments);

        /**
         * Default: 32. Parity segments that exist for each block, made only when asked for; 0 to 254, together with the
         * block length at most 255.
         */
        Builder parityCount(int segments);

        /**
         * Default: 64 MiB, or half of what the Java process may use if that is less. Most bytes of image held in memory,
         * outside the heap; room for at least four blocks.
         */
        Builder memoryLimit(long bytes);

        /** Default: 60 s. How long a receiver may be silent before it is presumed gone. */
        Builder receiverTimeout(Duration timeout);

        /**
         * Default: receivers on this machine are served like others, at the price that the sender hears all it sends. Serves
         * other machines only, and sends faster. Without effect on the loopback interface.
         */
        Builder excludeThisMachine();

        /** Default: chosen at random. The NORM node id, unique in the group; neither 0 nor 0xffffffff. */
        Builder nodeId(int nodeId);

        /** Default: groups of local scope only (see {@link MulticastGroup#isLocalScope}). Allows all groups. */
        Builder allowGlobalScope();

        /** Default: {@link TransferListener#NONE}. Hears of all transfers of the sender. */
        Builder listener(TransferListener listener);

        /**
         * Opens the sockets and joins the group.
         *
         * @throws IOException if that is not possible; the message names the interfaces that were seen and what to do
         * @throws IllegalArgumentException if options contradict each other
         */
        ImageSender open() throws IOException;
    }
}

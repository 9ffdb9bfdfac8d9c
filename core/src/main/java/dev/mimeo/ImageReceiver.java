package dev.mimeo;

import dev.mimeo.internal.ReceiverBuilder;
import java.io.IOException;
import java.time.Duration;

/**
 * Receives images from a group. Opened by its builder, which starts at {@link #from}; safe for use by any thread.
 *
 * <p>One transfer runs at a time; several may follow each other. While none runs, a receiver keeps its socket and no
 * thread. Without authentication, whoever can send to the group can send an image: use it on networks that are trusted.
 */
public interface ImageReceiver extends AutoCloseable {
    /** Starts a builder of receivers from {@code group}. */
    static Builder from(MulticastGroup group) {
        return new ReceiverBuilder(group);
    }

    /**
     * Receives the next image: finds a sender, joins it, stores and verifies every part, makes the whole durable, publishes
     * it at the target and tells the sender. Returns at once.
     *
     * <p>The transfer fails with a {@link SenderLostException}, {@link RepairUnavailableException},
     * {@link ImageCorruptException}, {@link ImageRefusedException} or {@link StorageException}; the target is then as it was.
     *
     * @throws IllegalStateException if a transfer runs, or this receiver is closed
     */
    Transfer<ReceiveReport> receive(ImageTarget target);

    /** Returns the group. */
    MulticastGroup group();

    /**
     * Cancels a running transfer and closes the socket. Returns within two seconds, when no thread of this receiver runs any
     * more. Does nothing when closed already.
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

        /** Default: the node id in hexadecimal digits. What the sender is shown, at most 255 bytes of UTF-8. */
        Builder name(String name);

        /** Default: without a limit. How long to wait for a sender to be heard at all. */
        Builder waitForSender(Duration atMost);

        /** Default: 30 s. How long a sender that was heard may be silent before it is presumed gone. */
        Builder senderTimeout(Duration timeout);

        /**
         * Default: 64 MiB, or half of what the Java process may use if that is less. Most bytes of image held in memory,
         * outside the heap; an image of which two blocks do not fit is refused.
         */
        Builder memoryLimit(long bytes);

        /** Default: 16 TiB. Longest image that is accepted, in bytes. */
        Builder maximumImageLength(long bytes);

        /**
         * Default: to the group, so that receivers that miss the same ask once. Requests for repair go to the sender alone,
         * for networks that let receivers hear multicast but not send it.
         */
        Builder unicastFeedback();

        /** Default: 1, never beyond the first router. 0 to 255; 0 stays within this machine. */
        Builder timeToLive(int timeToLive);

        /** Default: chosen at random. The NORM node id, unique in the group; neither 0 nor 0xffffffff. */
        Builder nodeId(int nodeId);

        /** Default: groups of local scope only (see {@link MulticastGroup#isLocalScope}). Allows all groups. */
        Builder allowGlobalScope();

        /** Default: {@link TransferListener#NONE}. Hears of all transfers of the receiver. */
        Builder listener(TransferListener listener);

        /**
         * Opens the socket and joins the group.
         *
         * @throws IOException if that is not possible; the message names the interfaces that were seen and what to do
         */
        ImageReceiver open() throws IOException;
    }
}

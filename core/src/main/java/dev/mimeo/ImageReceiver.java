package dev.mimeo;

import dev.mimeo.internal.ImageReceiverBuilder;
import java.io.IOException;

/**
 * Receives images from a group. Opened by its builder, which starts at {@link #from}; safe for use by any thread.
 *
 * <p>One transfer runs at a time; several may follow each other. While none runs, a receiver keeps its socket and no
 * thread. Without authentication, whoever can send to the group can send an image: use it on networks that are trusted.
 */
public interface ImageReceiver extends AutoCloseable {
    /** Starts a builder of receivers from {@code group}. */
    static Builder from(MulticastGroup group) {
        return new ImageReceiverBuilder(group);
    }

    /**
     * Receives the next image: finds a sender, joins it, finds out what the target holds already, stores and verifies the
     * rest, makes the whole durable, publishes it at the target and tells the sender. Returns at once.
     *
     * <p>The transfer fails with a {@link SenderLostException}, {@link RepairUnavailableException},
     * {@link ImageCorruptException}, {@link ImageRefusedException} or {@link StorageException}; what the target then holds is said at
     * {@link ImageTarget}. Receive again with the same target: what is stored and verified is not asked for again.
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

    /** Collects options; see {@link ReceiverOptions}. */
    interface Builder extends ReceiverOptions<Builder> {
        /** Default: the node id in hexadecimal digits. What the sender is shown, at most 255 bytes of UTF-8. */
        Builder name(String name);

        /**
         * Default: empty. What this receiver tells to be admitted where that is asked for ({@link TargetSet#token}), at most 255
         * bytes of UTF-8. It travels in the clear.
         */
        Builder admissionToken(String token);

        /** Default: 16 TiB. Longest image that is accepted, in bytes. */
        Builder maximumImageLength(long bytes);

        /**
         * Opens the socket and joins the group.
         *
         * @throws IOException if that is not possible; the message names the interfaces that were seen and what to do
         */
        ImageReceiver open() throws IOException;
    }
}

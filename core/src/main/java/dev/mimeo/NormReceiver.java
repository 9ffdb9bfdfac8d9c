package dev.mimeo;

import dev.mimeo.internal.NormReceiverBuilder;
import java.io.IOException;
import java.time.Duration;

/**
 * Receives files and data from a sender that speaks NORM (RFC 5740), of whatever make. Opened by its builder, which starts
 * at {@link #from}; safe for use by any thread.
 *
 * <p>What it stores is complete, and nothing more: plain NORM carries no hashes, so nothing is verified. For copies that are
 * verified use {@link ImageReceiver}.
 *
 * <p>One transfer runs at a time; several may follow each other. While none runs, a receiver keeps its socket and no
 * thread. Without authentication, whoever can send to the group can send files: use it on networks that are trusted.
 */
public interface NormReceiver extends AutoCloseable {
    /** Starts a builder of receivers from {@code group}. */
    static Builder from(MulticastGroup group) {
        return new NormReceiverBuilder(group);
    }

    /**
     * Receives objects of the first sender that is heard, and stores each as soon as it is complete. Ends as the builder was
     * told; every object that was begun is then stored. Returns at once.
     *
     * <p>The transfer fails with a {@link SenderLostException}, {@link RepairUnavailableException} or
     * {@link StorageException}; objects that were stored before stay.
     *
     * @throws IllegalStateException if a transfer runs, or this receiver is closed
     */
    Transfer<NormReceiveReport> receive(NormTarget target);

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
        /**
         * Default: as many as the sender has. Ends the transfer when so many objects are stored; 1 to 32,767. Into a
         * {@linkplain NormTarget#file file} goes one.
         */
        Builder objectCount(int objects);

        /** Default: 16 TiB. Longest object that is accepted, in bytes. */
        Builder maximumObjectLength(long bytes);

        /**
         * Default: 2 s. How long a sender that has repeated where its end is must say nothing new until that is believed,
         * where no {@link #objectCount} says what to expect.
         */
        Builder quietPeriod(Duration period);

        /**
         * Opens the socket and joins the group.
         *
         * @throws IOException if that is not possible; the message names the interfaces that were seen and what to do
         */
        NormReceiver open() throws IOException;
    }
}

package dev.mimeo;

import dev.mimeo.internal.ImageSenderBuilder;
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
        return new ImageSenderBuilder(group);
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

    /** Collects options; see {@link SenderOptions}. */
    interface Builder extends SenderOptions<Builder> {
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
         * Default: 10 min. How long the start waits, once enough have joined, for those that still look what their targets
         * hold already: what nobody needs is not sent. Who takes longer may need everything, and whatever it has it does not
         * ask for.
         */
        Builder waitForChecks(Duration atMost);

        /** Default: 60 s. How long a receiver may be silent before it is presumed gone. */
        Builder receiverTimeout(Duration timeout);

        /**
         * Opens the sockets and joins the group.
         *
         * @throws IOException if that is not possible; the message names the interfaces that were seen and what to do
         * @throws IllegalArgumentException if options contradict each other
         */
        ImageSender open() throws IOException;
    }
}

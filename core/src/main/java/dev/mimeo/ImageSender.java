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
     * {@link NoReceiversException} if it waited and nobody came, and with an {@link ImageRefusedException} if the image must
     * not be sent by multicast. That some receivers failed is no failure of the transfer:
     * the report says so.
     *
     * @throws IllegalStateException if a transfer runs, or this sender is closed
     */
    ImageSession send(ImageSource source);

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

        /** Default: as soon as one receiver has joined. When to start; {@link ImageSession#startWhen} changes it. */
        Builder startWhen(StartPolicy policy);

        /**
         * Default: never. If nobody has joined after so long, the transfer fails with {@link NoReceiversException}.
         */
        Builder giveUpAfter(Duration time);

        /** Default: {@link TargetSet#anybody}. Which machines may take part; others are refused, and told why. */
        Builder targets(TargetSet targets);

        /**
         * Default: 16,384. How many receivers may take part, 1 to 65,536; further ones are refused. A set of
         * {@linkplain TargetSet#size more} targets than that is a mistake, or needs a larger number here: {@code open} fails.
         */
        Builder maximumReceivers(int receivers);

        /** Default: {@link SlowReceiverPolicy#secondPass}. */
        Builder slowReceivers(SlowReceiverPolicy policy);

        /**
         * Default: 0.25. How much of the rate repairs may have while everything is sent for the first time, above 0, at most 1;
         * what they need beyond follows then.
         */
        Builder repairShare(double share);

        /**
         * Default: 10 min. How long the start waits, once enough have joined, for those that still look what their targets
         * hold already: what nobody needs is not sent. Who takes longer may need everything, and whatever it has it does not
         * ask for.
         */
        Builder waitForChecks(Duration atMost);

        /**
         * Default: 60 s. How long a receiver may be silent before it is presumed gone, and how long plain NORM receivers, which
         * cannot report, are repaired for after the last of those who can has ended.
         */
        Builder receiverTimeout(Duration timeout);

        /**
         * Default: nobody is served alone. Serves machines that multicast does not reach, or not well, by unicast in the same
         * transfer; a receiver that is {@linkplain SlowReceiverPolicy#handOff handed off} goes on so, by itself, with all that
         * it has stored.
         */
        Builder unicast(UnicastPolicy policy);

        /**
         * Opens the sockets and joins the group.
         *
         * @throws IOException if that is not possible; the message names the interfaces that were seen and what to do
         * @throws IllegalArgumentException if options contradict each other; the message has all that is to be changed
         */
        ImageSender open() throws IOException;
    }
}

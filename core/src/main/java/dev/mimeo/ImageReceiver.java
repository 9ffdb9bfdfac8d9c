package dev.mimeo;

import dev.mimeo.internal.ImageReceiverBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Receives images from a group. Opened by its builder, which starts at {@link #from}; safe for use by any thread.
 *
 * <p>One transfer runs at a time; several may follow each other. While none runs, a receiver keeps its socket and no
 * thread. Unless it is told whom to {@linkplain Builder#trust trust} or what to {@linkplain Builder#expect expect}, whoever
 * can send to the group can send an image: use it on networks that are trusted.
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
         * Default: none; the network is trusted, and any image is taken, signed or not, without a look at who signed it. Takes
         * only images that one of these keys has signed ({@link ImageSource#signedBy}), and all that was trusted before.
         * Nothing of a manifest is believed before its signature was verified over its exact bytes.
         *
         * <p>Whatever is not signed so is refused, as is what does not meet {@link #minimumSerial} and {@link #expect}: its
         * sender is told, and left alone for half a minute; {@link TransferListener#refused} hears why; and the transfer goes on
         * listening for the right sender, so that nobody can end it by sending something else. {@link #waitForSender} then is
         * how long that may take, up to a manifest that is as demanded: if what was heard until then was refused, the transfer
         * fails with an {@link ImageRefusedException} that says why.
         */
        Builder trust(TrustedKey... keys);

        /**
         * Default: 0, any. The least {@linkplain ImageSource#serial serial} of an image that is taken: older ones are refused, even
         * if they are signed, and so are those without a serial. Who does not trust a key believes whatever serial is said.
         *
         * @param serial 1 to 2^63 - 1
         */
        Builder minimumSerial(long serial);

        /**
         * Default: any. Takes only the image of this identity, 64 hexadecimal digits as {@link ImageDescription#id} has them: only
         * the right bytes, whoever sends them and whatever they are called.
         */
        Builder expect(String imageId);

        /**
         * Default: an image is refused after its {@linkplain ImageSource#notAfter end}, by the clock of this machine. Takes it
         * nevertheless, for machines whose clock may be wrong.
         */
        Builder ignoreNotAfter();

        /**
         * Default: multicast only. Asks a sender for {@linkplain UnicastPolicy unicast} if it is there, and nothing has been heard of it
         * by multicast, or nothing more: {@code after} its first answer, so that waiting for a sender that has not been started
         * does not count; or when a sender has been silent for {@link #senderTimeout}. What is stored by then is not received
         * again. A refusal ends the transfer with a {@link DismissedException}.
         *
         * @param sender where it can be asked: its address, and the port of its policy
         * @param after 1 ns to 365 days; 10 s suit most
         */
        Builder unicastFrom(InetSocketAddress sender, Duration after);

        /**
         * Opens the socket and joins the group.
         *
         * @throws IOException if that is not possible; the message names the interfaces that were seen and what to do
         */
        ImageReceiver open() throws IOException;
    }
}

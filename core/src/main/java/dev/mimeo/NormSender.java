package dev.mimeo;

import dev.mimeo.internal.NormSenderBuilder;
import java.io.IOException;
import java.util.List;

/**
 * Sends files and data to every receiver of a group that speaks NORM (RFC 5740), of whatever make. Opened by its builder,
 * which starts at {@link #to}; safe for use by any thread.
 *
 * <p>There is no manifest, no joining, no verdict: a receiver of plain NORM can say at best that it has everything, if it is
 * asked by name ({@link SenderOptions#acknowledgedBy}). For copies that are verified use {@link ImageSender}.
 *
 * <p>One transfer runs at a time; several may follow each other. While none runs, a sender keeps its sockets and no
 * thread.
 */
public interface NormSender extends AutoCloseable {
    /** Starts a builder of senders to {@code group}. */
    static Builder to(MulticastGroup group) {
        return new NormSenderBuilder(group);
    }

    /**
     * Sends objects, in this order, to whoever listens now, and repairs what receivers ask for. Ends when everybody has
     * acknowledged who is to, or when the end was repeated for five seconds and nobody asked for more. Returns at once.
     *
     * <p>Files must not change while they are sent. The transfer fails with a {@link StorageException} if one cannot be read,
     * is empty and has no NORM_INFO, or has changed; receivers may then hold the mixture.
     *
     * @param objects 1 to 32,767
     * @throws IllegalArgumentException if there are fewer or more, or a name takes more than a segment of UTF-8
     * @throws IllegalStateException if a transfer runs, or this sender is closed
     */
    Transfer<NormSendReport> send(List<NormObject> objects);

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
        /**
         * Opens the sockets and joins the group.
         *
         * @throws IOException if that is not possible; the message names the interfaces that were seen and what to do
         * @throws IllegalArgumentException if options contradict each other
         */
        NormSender open() throws IOException;
    }
}

package dev.mimeo;

import dev.mimeo.internal.RelayBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Takes an image from one network and serves another with it, while it still arrives: a receiver and a sender in one, with a
 * directory between them that keeps the image. Opened by its builder, which starts at {@link #between}; safe for use by any
 * thread.
 *
 * <p>Only what is verified is passed on, chunk by chunk, and the manifest with its signature as it came: to receivers it is the
 * image of the origin, with the same identity. Each side repairs its own losses. A relay may receive from another relay.
 *
 * <p>What is kept is one image. A relay that was killed, and is opened again with the same directory, looks what it has, serves
 * that at once and asks only for the rest; one that has all of it needs nobody to receive from. For another image choose another
 * directory, or say what is {@linkplain ImageReceiver.Builder#expect expected}: what was kept and does not meet what its receiver
 * demands gives way, and is used as an older version where files have the same names; files of other names stay. The directory
 * takes the room of one image, of two while an older one of the same name is replaced; if it has not, the relay fails before the
 * first byte.
 */
public interface Relay extends AutoCloseable {
    /**
     * Starts a builder of relays.
     *
     * @param upstream what it receives with
     * @param downstream what it sends with; {@link StartPolicy} says when, but not before something is there
     * @param store a directory that is there
     */
    static Builder between(ImageReceiver.Builder upstream, ImageSender.Builder downstream, Path store) {
        return new RelayBuilder(upstream, downstream, store);
    }

    /**
     * Relays one image: receives it, as {@link ImageReceiver#receive} does into an {@link ImageTarget#directory}, and sends it on
     * in a session that ends as any other, when whoever has joined is done. Returns at once.
     *
     * <p>The relay ends when the image is stored and the session has ended, and, if it is to {@linkplain Builder#keepServing keep
     * serving}, nobody has come for so long. It fails if either side does, with what that side fails with: receivers downstream
     * then end as incomplete, and what is verified here and there is kept.
     *
     * @throws IllegalStateException if it runs, or is closed
     */
    Transfer<RelayReport> relay();

    /**
     * Cancels what runs and closes the sockets. Returns within four seconds, when no thread of this relay runs any more. Does
     * nothing when closed already.
     */
    @Override
    void close();

    /** Collects options. Not safe for use by several threads. */
    interface Builder {
        /**
         * Default: not at all. After the first session, and once the image is stored, serves whoever comes late, each time in a
         * session that starts with the first of them, until nobody has come for so long.
         */
        Builder keepServing(Duration quiet);

        /** Default: what the directory holds is used. Receives everything again. */
        Builder fresh();

        /**
         * Opens the sockets and joins the groups.
         *
         * @throws IOException if that is not possible; the message says what to do
         */
        Relay open() throws IOException;
    }
}

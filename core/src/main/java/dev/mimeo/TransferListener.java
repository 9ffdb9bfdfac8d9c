package dev.mimeo;

/**
 * Hears what happens in the transfers of one sender or receiver. Every method does nothing until overridden.
 * {@link LoggingTransferListener} logs all of it.
 *
 * <p>Methods are called one at a time, in order, on one thread of the SDK that does nothing else: a slow listener delays
 * its own events, never the transfer. Progress, announcements and changes of one receiver are conflated: a listener that
 * is busy gets the latest of each when it returns, never a backlog. What a listener throws is logged and forgotten.
 *
 * <p>The last event of a transfer is exactly one of {@code sent}, {@code received}, {@code objectsSent},
 * {@code objectsReceived} and {@code failed}.
 */
public interface TransferListener {
    /** Hears nothing. */
    TransferListener NONE = new TransferListener() {};

    /** The transfer entered another phase. */
    default void phaseChanged(TransferPhase phase) {}

    /** On a receiver: a sender was found, or announced something new. */
    default void announced(SessionAnnouncement announcement) {}

    /**
     * On a receiver: a sender was turned away, and this transfer goes on listening for another.
     *
     * @param reason which image, and why, for people; told once, and no more than 16 different ones in a transfer
     */
    default void refused(String reason) {}

    /** It is known what the image is: on a sender, once it is read; on a receiver, before the first byte is stored. */
    default void described(ImageDescription image) {}

    /** On a sender: a receiver was heard for the first time. */
    default void receiverJoined(ReceiverStatus receiver) {}

    /** On a sender: a receiver reported, ended or fell silent. */
    default void receiverChanged(ReceiverStatus receiver) {}

    /** The transfer advanced; a few times a second. */
    default void progress(Progress progress) {}

    /** On a sender: the transfer ended, and this is who has the image. */
    default void sent(SendReport report) {}

    /** On a receiver: the image is stored and verified. */
    default void received(ReceiveReport report) {}

    /** On a receiver of plain NORM: an object is complete and stored; nothing says that it is verified. */
    default void objectStored(NormFile file) {}

    /** On a sender of plain NORM: the transfer ended, and this is who acknowledged. */
    default void objectsSent(NormSendReport report) {}

    /** On a receiver of plain NORM: the transfer ended, and this is what is stored. */
    default void objectsReceived(NormReceiveReport report) {}

    /**
     * The transfer failed or was cancelled.
     *
     * @param cause a {@link TransferException}, or a {@link java.util.concurrent.CancellationException}
     */
    default void failed(Throwable cause) {}
}

package dev.mimeo;

/**
 * An image on its way to a group of receivers: a transfer that an operator can watch and steer. Safe for use by any thread;
 * what is asked for happens soon after, and nothing happens after the end.
 */
public interface ImageSession extends Transfer<SendReport> {
    /** Returns its id, eight hexadecimal digits: the NORM node id of its sender. */
    String id();

    /** Returns what its operator calls it; may be empty. */
    String name();

    /** Returns where it meets. */
    MulticastGroup group();

    /** Returns the session as it was a moment ago, a quarter of a second at most. Never blocks. */
    SessionView view();

    /** Starts with whoever has joined, held or not. */
    void startNow();

    /** Replaces the policy of the start, for as long as the session waits. */
    void startWhen(StartPolicy policy);

    /** Does not start by itself from now on; if it has started, sends nothing but what keeps its receivers waiting. */
    void hold();

    /** Goes on after {@link #hold}. */
    void resume();

    /**
     * Sends a receiver away. It is told so, what it asks for is not sent any more, and it is not let in again.
     *
     * @param receiverId as in {@link ReceiverStatus#id()}; an id that nobody has does nothing
     * @throws IllegalArgumentException if that is no id
     * @throws IllegalStateException if the image is {@link ImageFlag#MULTICAST_ONLY} and the receiver is to fall back
     */
    void dismiss(String receiverId, Dismissal dismissal);

    /** Ends the session early, and takes leave of its receivers, who keep what they have. The same as {@link #cancel}. */
    default void end() {
        cancel();
    }
}

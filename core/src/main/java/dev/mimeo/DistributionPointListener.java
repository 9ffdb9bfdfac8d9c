package dev.mimeo;

/**
 * Hears what happens at a distribution point. Every method does nothing until overridden. Methods are called one at a time on
 * one thread of the SDK that sends nothing; what a listener throws is logged and forgotten.
 */
public interface DistributionPointListener {
    /** Hears nothing. */
    DistributionPointListener NONE = new DistributionPointListener() {};

    /** A session was opened, by {@link DistributionPoint#deploy} or because somebody asked for an image that is offered. */
    default void sessionOpened(ImageSession session) {}

    /** A session has ended; its {@link ImageSession#completion} says how. */
    default void sessionEnded(ImageSession session) {}

    /**
     * An image that is offered was asked for, and no session could be opened; it may be asked for again.
     *
     * @param image its name
     * @param cause what to do about it is in its message
     */
    default void requestFailed(String image, Exception cause) {}

    /**
     * Another distribution point uses the group of a session: receivers hear both. End one of the two.
     *
     * @param other the name of the other point, or its node id
     */
    default void collision(ImageSession session, String other) {}
}

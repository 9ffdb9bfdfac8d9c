package dev.mimeo.protocol;

import java.nio.ByteBuffer;

/**
 * One end of a transfer as a value: inputs go in, outputs are drained, time is an argument.
 *
 * <p>Grammar of the methods. {@code on…}: the world told us. {@code poll…} and {@code drain…}: take an output. A noun
 * answers and changes nothing. After any input, poll datagrams until there is none, drain events, then wait until
 * {@link #nextDeadlineNanos()} or the next input, whichever comes first.
 *
 * <p>Every machine keeps these promises, and a test holds each to them: {@code onTime} early or twice is harmless; after a
 * drain no deadline lies in the past; nothing leaves after the end; malformed input is counted, never thrown.
 *
 * <p>Confined to one thread. Times are nanoseconds since the session began, never going backwards; the first may be 0.
 *
 * @param <H> receives the events, one method for each kind
 */
public interface Machine<H> {
    /** The deadline of a machine that waits for input only. */
    long NEVER = Long.MAX_VALUE;

    /**
     * A datagram arrived. The machine reads from its position to its limit, changes neither, and keeps no reference.
     *
     * @param delivery whether others have heard it too
     */
    void onDatagram(ByteBuffer datagram, Delivery delivery, long nowNanos);

    /** A block that the machine gave away in an event comes back: filled (sender) or written (receiver). */
    void onBlock(SourceBlock block, long nowNanos);

    /**
     * The driver has taken in what had arrived: everything, or as much as it takes at once. A machine that is never told takes it
     * that it was everything.
     */
    default void onTaken(boolean everything, long nowNanos) {}

    /** Time has passed. */
    void onTime(long nowNanos);

    /**
     * Takes the next datagram, if one may leave now.
     *
     * @return whether {@code outbound} holds a datagram
     */
    boolean pollDatagram(Outbound outbound, long nowNanos);

    /** Hands every event since the last call to {@code handler}, in order. The handler may call inputs of this machine. */
    void drainEvents(H handler);

    /** Returns when {@code onTime} or {@code pollDatagram} has something to do next, or {@link #NEVER}. */
    long nextDeadlineNanos();
}

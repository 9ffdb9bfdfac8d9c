package dev.mimeo;

import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;

/**
 * What senders, receivers, directories and distribution points take from the program that they are part of. Immutable.
 *
 * <p>Threads come and go with transfers: one that sends or receives, some that read, write and hash, and one for the listener.
 * There is no executor to be chosen, since none of that may wait for other work of the program; a listener that has much to
 * do hands it to an executor itself.
 *
 * <p>The clock says what time of day it is. How long something takes, and when to send, is measured by the monotonic clock of
 * the system, by which sockets wait as well; to test without waiting, see {@code dev.mimeo.protocol.kit} of the test kit.
 *
 * @param threads makes all threads, which Mimeo names; what it gives them besides, as their priority, and whether they are
 *     daemons, is its own affair. It must not refuse: a transfer whose thread cannot be made fails
 * @param clock tells when to start ({@link StartPolicy#at}), what rate is allowed ({@link RateSchedule}, in the clock's time
 *     zone) and when an image has ended ({@link ImageSource#notAfter})
 */
public record Environment(ThreadFactory threads, Clock clock) {
    /** Daemon threads, and the system's clock and time zone. */
    public static final Environment USUAL = new Environment(Environment::daemon, Clock.systemDefaultZone());

    /** Refuses nulls. */
    public Environment {
        Objects.requireNonNull(threads, "threads");
        Objects.requireNonNull(clock, "clock");
    }

    /** Returns the same environment with other threads. */
    public Environment withThreads(ThreadFactory other) {
        return new Environment(other, clock);
    }

    /** Returns the same environment with another clock. */
    public Environment withClock(Clock other) {
        return new Environment(threads, other);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        return thread;
    }
}

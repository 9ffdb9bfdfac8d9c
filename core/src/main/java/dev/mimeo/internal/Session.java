package dev.mimeo.internal;

import dev.mimeo.protocol.Machine;

/**
 * One role in one transfer, as its driver sees it. All methods are called on the protocol thread.
 *
 * @param <H> receives the events of the machine
 */
interface Session<H> {
    /** Returns the machine to be driven. */
    Machine<H> machine();

    /** Returns who receives its events. */
    H events();

    /** Once a turn, after the events: time for timers and progress of the session itself. */
    void onTurn(long nowNanos);

    /** Returns when {@link #onTurn} has something to do next, or {@link Machine#NEVER}. */
    long nextDeadlineNanos();

    /** Returns whether the transfer has ended: no further turn follows. */
    boolean hasEnded();
}

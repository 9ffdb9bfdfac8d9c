package dev.mimeo.protocol.session;

/** Where a session is. */
public enum SessionState {
    /** Receivers gather. */
    WAITING,
    /** The first pass runs. */
    SENDING,
    /** Everything has been sent once; what is missing is repaired. */
    COMPLETING,
    /** The sender is leaving. */
    ENDED
}

package dev.mimeo.internal;

/**
 * What is said at the door of a sender, where receivers ask to be served alone: see {@link KnockCodec} for how it is written.
 *
 * <pre>
 * receiver: ASK, nonce             whoever it is, from wherever: nothing is kept
 * door:     WAIT, nonce, cookie    only who is where it says it is hears the cookie
 * receiver: ASK, nonce, cookie
 * door:     OPEN, nonce, port      a session for it alone begins at that port
 *           or BUSY, or REFUSED
 * </pre>
 *
 * @param nonce chosen at random by the receiver for one opening
 * @param cookie of the door for this receiver; 0 before it has said one
 * @param port of {@link Kind#OPEN}: where the session is, on the same machine; else 0
 * @param text of {@link Kind#BUSY} and {@link Kind#REFUSED}: why, for people; else empty
 */
record Knock(Kind kind, long nonce, long cookie, int port, String text) {
    /** What it says. */
    enum Kind {
        /** Of a receiver: who is there, and, with a cookie, let me in. */
        ASK,
        /** There is a sender; come back with this cookie if you do not hear it. */
        WAIT,
        /** A session has been opened. */
        OPEN,
        /** Not now; ask again. */
        BUSY,
        /** Never. */
        REFUSED
    }

    static Knock ask(long nonce, long cookie) {
        return new Knock(Kind.ASK, nonce, cookie, 0, "");
    }

    /** Returns the answer to this one. */
    Knock answer(Kind how, long newCookie, int newPort, String why) {
        return new Knock(how, nonce, newCookie, newPort, why);
    }
}

package dev.mimeo.protocol.seal;

/** Which way a sealed datagram goes. */
public enum SealDirection {
    /** From whoever started the session: a sender, or a member of the directory. */
    FROM_SENDER(1),
    /** From a receiver, about a session. */
    FEEDBACK(2);

    private final int code;

    SealDirection(int code) {
        this.code = code;
    }

    /** Returns what stands for it, in the header and in the nonce. */
    public int code() {
        return code;
    }
}

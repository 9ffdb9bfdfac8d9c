package dev.mimeo.internal;

import java.io.IOException;

/** The network cannot be used as asked for: what was seen, and what to do, which the message says one after the other. */
final class NetworkRefusal extends IOException {
    private static final long serialVersionUID = 1L;

    private final String evidence;
    private final String remedy;

    /**
     * Says so.
     *
     * @param between what stands between evidence and remedy in the message
     * @param cause may be null
     */
    NetworkRefusal(String evidence, String between, String remedy, Throwable cause) {
        super(evidence + between + remedy, cause);
        this.evidence = evidence;
        this.remedy = remedy;
    }

    String evidence() {
        return evidence;
    }

    String remedy() {
        return remedy;
    }
}

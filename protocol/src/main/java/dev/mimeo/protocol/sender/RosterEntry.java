package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.session.StatusReport;
import java.util.Optional;

/**
 * What the sender knows about one receiver.
 *
 * @param id its node id
 * @param standing whether it takes part
 * @param report its latest report, without its token; empty for a plain NORM receiver, which sends none
 * @param acknowledged whether it acknowledged the last watermark
 * @param silent whether it is presumed gone
 * @param joinedNanos when it was first heard
 * @param heardNanos when it was last heard
 */
public record RosterEntry(
        NodeId id,
        Standing standing,
        Optional<StatusReport> report,
        boolean acknowledged,
        boolean silent,
        long joinedNanos,
        long heardNanos) {
    /** Whether a receiver takes part. */
    public enum Standing {
        /** It waits to be admitted; meanwhile it is neither counted nor waited for. */
        ASKING,
        /** It takes part. */
        ADMITTED,
        /** It was sent away. */
        DISMISSED
    }

    /** Returns whether nothing more is expected of this receiver. */
    public boolean isSettled() {
        return silent
                || standing == Standing.DISMISSED
                || report.map(r -> r.state().isFinal()).orElse(acknowledged);
    }

    /** Returns whether it takes part in a session for images: it reports, was admitted and not presumed gone. */
    boolean isJoined() {
        return report.isPresent() && standing == Standing.ADMITTED && !silent;
    }

    /** Returns whether the session waits for its end. */
    public boolean isAwaited() {
        return report.isPresent() && standing == Standing.ADMITTED && !isSettled();
    }

    RosterEntry standing(Standing next) {
        return new RosterEntry(id, next, report, acknowledged, silent, joinedNanos, heardNanos);
    }

    RosterEntry silent(boolean gone) {
        return new RosterEntry(id, standing, report, acknowledged, gone, joinedNanos, heardNanos);
    }

    RosterEntry reported(StatusReport latest) {
        return new RosterEntry(id, standing, Optional.of(latest), acknowledged, silent, joinedNanos, heardNanos);
    }

    RosterEntry acknowledgedWatermark() {
        return new RosterEntry(id, standing, report, true, silent, joinedNanos, heardNanos);
    }

    RosterEntry joined(long nowNanos) {
        return new RosterEntry(id, standing, report, acknowledged, silent, nowNanos, heardNanos);
    }

    /** Heard now, and so not gone. */
    RosterEntry heard(long nowNanos) {
        return new RosterEntry(id, standing, report, acknowledged, false, joinedNanos, nowNanos);
    }
}

package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.session.StatusReport;
import java.util.Optional;

/**
 * What the sender knows about one receiver.
 *
 * @param id its node id
 * @param report its latest report; empty for a plain NORM receiver, which sends none
 * @param acknowledged whether it acknowledged the last watermark
 * @param silent whether it is presumed gone
 * @param joinedNanos when it was first heard
 * @param heardNanos when it was last heard
 */
public record RosterEntry(
        NodeId id,
        Optional<StatusReport> report,
        boolean acknowledged,
        boolean silent,
        long joinedNanos,
        long heardNanos) {
    /** Returns whether nothing more is expected of this receiver. */
    public boolean isSettled() {
        return silent || report.map(r -> r.state().isFinal()).orElse(acknowledged);
    }
}

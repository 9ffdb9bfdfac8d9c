package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far each receiver has come with its sequence numbers (RFC 5740, section 4.3). What was sent before the latest tells
 * nothing of the round trip: somebody repeats it, and whoever believed it would wait as long as it is old. Who forges numbers
 * makes a receiver's round trips unknown for a while, and nothing else.
 *
 * <p>A receiver that is not heard for {@link #FORGOTTEN_NANOS} may have started anew. Bounded: the receivers heard last.
 */
final class LatestAnswers {
    /** After such a silence any number will do. */
    static final long FORGOTTEN_NANOS = 2_000_000_000;

    private record Latest(int sequence, long nanos) {}

    private final Map<NodeId, Latest> receivers = new LinkedHashMap<>(16, 0.75f, true);
    private final int largest;

    /** Keeps so many receivers. */
    LatestAnswers(int largest) {
        this.largest = largest;
    }

    /** Returns whether a message is later than all that were heard of its receiver; the reference numbers none, with 0. */
    boolean isLatest(NodeId receiver, int sequence, long nowNanos) {
        Latest known = receivers.get(receiver);
        boolean later = known == null
                || nowNanos - known.nanos >= FORGOTTEN_NANOS
                || sequence == 0 && known.sequence == 0
                || (short) (sequence - known.sequence) > 0;
        if (later) {
            receivers.put(receiver, new Latest(sequence, nowNanos));
            if (receivers.size() > largest) {
                receivers.remove(receivers.keySet().iterator().next());
            }
        }
        return later;
    }
}

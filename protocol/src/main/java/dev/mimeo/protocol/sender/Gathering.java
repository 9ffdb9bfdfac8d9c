package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.Machine;

/**
 * Who has come so far to a session that waits: what a {@link StartCondition} judges. Times are of the machine's clock.
 *
 * @param joined receivers that have joined and were not presumed gone
 * @param openedNanos since when the session waits
 * @param firstJoinedNanos when the first receiver joined; {@link Machine#NEVER} while none has
 * @param latestJoinedNanos when the latest did; {@link Machine#NEVER} while none has
 */
public record Gathering(int joined, long openedNanos, long firstJoinedNanos, long latestJoinedNanos) {}

package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.session.StatusReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Who was heard: receivers of images by their reports, plain NORM receivers that are to acknowledge by name.
 *
 * <p>Bounded: beyond the largest number, receivers are served but not kept track of.
 */
final class ReceiverRoster {
    private final int largest;
    private final long timeoutNanos;
    private final Consumer<RosterEntry> changed;
    private final Map<NodeId, RosterEntry> entries = new LinkedHashMap<>();
    /** Who has asked for repair, and neither reported nor was named. */
    private final Set<NodeId> strangers = new HashSet<>();

    private int joined;
    private int unsettled;
    private int unacknowledged;

    ReceiverRoster(SenderConfig config, Consumer<RosterEntry> changed) {
        this.largest = config.maximumReceivers();
        this.timeoutNanos = config.receiverTimeoutNanos();
        this.changed = changed;
        config.ackingNodes().forEach(id -> put(new RosterEntry(id, Optional.empty(), false, false, 0, 0), false));
    }

    /** A receiver reports; returns whether it is kept track of. */
    boolean onReport(NodeId id, StatusReport report, long nowNanos) {
        RosterEntry known = entries.get(id);
        if (known == null && entries.size() >= largest) {
            return false;
        }
        strangers.remove(id);
        long joined = known == null || known.report().isEmpty() ? nowNanos : known.joinedNanos();
        boolean settled =
                known != null && known.report().map(r -> r.state().isFinal()).orElse(false);
        StatusReport latest = settled ? known.report().get() : report;
        boolean acknowledged = known != null && known.acknowledged();
        put(new RosterEntry(id, Optional.of(latest), acknowledged, false, joined, nowNanos), !settled);
        return true;
    }

    /** Somebody asks for repair. */
    void onRequest(NodeId id) {
        if (!entries.containsKey(id) && strangers.size() < largest) {
            strangers.add(id);
        }
    }

    /** A receiver acknowledges the last watermark. */
    void onAcknowledged(NodeId id, long nowNanos) {
        RosterEntry known = entries.get(id);
        if (known != null && !known.acknowledged()) {
            put(new RosterEntry(id, known.report(), true, false, known.joinedNanos(), nowNanos), true);
        }
    }

    /** Something else was heard from a receiver. */
    void onHeard(NodeId id, long nowNanos) {
        RosterEntry known = entries.get(id);
        if (known != null) {
            put(
                    new RosterEntry(id, known.report(), known.acknowledged(), false, known.joinedNanos(), nowNanos),
                    known.silent());
        }
    }

    /** Presumes gone whoever has been silent for too long. */
    void onTime(long nowNanos) {
        for (RosterEntry entry : List.copyOf(entries.values())) {
            if (!entry.isSettled() && entry.report().isPresent() && entry.heardNanos() + timeoutNanos <= nowNanos) {
                put(
                        new RosterEntry(
                                entry.id(),
                                entry.report(),
                                entry.acknowledged(),
                                true,
                                entry.joinedNanos(),
                                entry.heardNanos()),
                        true);
            }
        }
    }

    /** Returns how many receivers of images have joined and were not presumed gone. */
    int joined() {
        return joined;
    }

    /** Returns how many of those who report are waited for. */
    int unsettled() {
        return unsettled;
    }

    /** Returns whether nobody of those who report is waited for. */
    boolean isSettled() {
        return unsettled == 0;
    }

    /** Returns whether somebody asks for repair of whom nothing else is known: a plain receiver, very likely. */
    boolean hasStrangers() {
        return !strangers.isEmpty();
    }

    /** Returns whether everybody has acknowledged who is to. */
    boolean isAcknowledged() {
        return unacknowledged == 0;
    }

    /** Returns those who are to acknowledge and have not. */
    List<NodeId> unacknowledged() {
        return entries.values().stream()
                .filter(e -> e.report().isEmpty() && !e.acknowledged())
                .map(RosterEntry::id)
                .toList();
    }

    List<RosterEntry> entries() {
        return new ArrayList<>(entries.values());
    }

    private void put(RosterEntry entry, boolean tell) {
        RosterEntry known = entries.put(entry.id(), entry);
        if (known != null) {
            count(known, -1);
        }
        count(entry, 1);
        if (tell) {
            changed.accept(entry);
        }
    }

    private void count(RosterEntry entry, int sign) {
        if (entry.report().isPresent()) {
            joined += entry.silent() ? 0 : sign;
            unsettled += entry.isSettled() ? 0 : sign;
        } else {
            unacknowledged += entry.acknowledged() ? 0 : sign;
        }
    }
}

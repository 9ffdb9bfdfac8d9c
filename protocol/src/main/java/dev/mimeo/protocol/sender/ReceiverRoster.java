package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.sender.RosterEntry.Standing;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.StatusReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Who was heard: receivers of images by their reports, plain NORM receivers that are to acknowledge by name.
 *
 * <p>Bounded: when it is full, whoever was sent away makes room, then whoever has been silent longest, and for
 * {@link #VANISHED_NANOS}, of those who were heard for less than {@link #CONFIRMED_NANOS}: they may be invented. Others are not
 * kept track of.
 *
 * <p>Who ended and still reports that it receives has not ended: somebody else said so. It is waited for again once it was
 * heard twice, {@link #REOPENED_NANOS} apart, since one report may have been overtaken by the last.
 */
final class ReceiverRoster {
    /** Who is heard so long after it came is no invention of one moment, and stays. */
    static final long CONFIRMED_NANOS = 500_000_000;
    /** Who is no invention reports again before. */
    static final long VANISHED_NANOS = 2_000_000_000;
    /** Reports that contradict the last so long after one another are no stray copies. */
    static final long REOPENED_NANOS = 50_000_000;
    /** Who was heard to go on so long ago may have ended since. */
    private static final long DOUBT_NANOS = 3_000_000_000L;

    private final int largest;
    private final boolean closed;
    private final long timeoutNanos;
    private final Consumer<RosterEntry> changed;
    private final Consumer<NodeId> forgotten;
    private final Map<NodeId, RosterEntry> entries = new LinkedHashMap<>();
    /** Who was heard for a moment only so far, the longest silent first. */
    private final Set<NodeId> unconfirmed = new LinkedHashSet<>();
    /** When those of whom it was said that they ended were last heard to go on. */
    private final Map<NodeId, Long> doubts = new HashMap<>();
    /** Who has asked for repair, and neither reported nor was named. */
    private final Set<NodeId> strangers = new HashSet<>();

    private int joined;
    private int reported;
    private int verified;
    private int awaited;
    private int unacknowledged;
    private int dismissed;
    private long firstJoinedNanos = Machine.NEVER;
    private long latestJoinedNanos = Machine.NEVER;

    /**
     * Makes a roster of those who are to acknowledge.
     *
     * @param changed is told of every change
     * @param forgotten is told who had to make room
     */
    ReceiverRoster(SenderConfig config, Consumer<RosterEntry> changed, Consumer<NodeId> forgotten) {
        this.largest = config.maximumReceivers();
        this.closed = config.isClosed();
        this.timeoutNanos = config.receiverTimeoutNanos();
        this.changed = changed;
        this.forgotten = forgotten;
        config.ackingNodes()
                .forEach(
                        id -> put(new RosterEntry(id, Standing.ADMITTED, Optional.empty(), false, false, 0, 0), false));
    }

    /** Returns whether nothing of a receiver is known. */
    boolean isNew(NodeId id) {
        return !entries.containsKey(id);
    }

    /** Returns whether nobody who is here may turn out to be an invention: there will be no room for others. */
    boolean isFullForGood() {
        return entries.size() >= largest && unconfirmed.isEmpty();
    }

    /** Returns how much a receiver says that it has verified, in bytes. */
    long verifiedBytes(NodeId id) {
        RosterEntry known = entries.get(id);
        return known == null || known.report().isEmpty()
                ? 0
                : known.report().get().verifiedBytes();
    }

    /** A receiver reports; returns what is known of it now, or empty if there is no room for it. */
    Optional<RosterEntry> onReport(NodeId id, StatusReport report, long nowNanos) {
        RosterEntry known = entries.get(id);
        if (known == null && entries.size() >= largest && !makeRoom(nowNanos)) {
            return Optional.empty();
        }
        strangers.remove(id);
        StatusReport latest = report.withoutToken();
        if (known == null || known.report().isEmpty()) {
            Standing standing = closed && known == null ? Standing.ASKING : Standing.ADMITTED;
            boolean acknowledged = known != null && known.acknowledged();
            put(
                    new RosterEntry(id, standing, Optional.of(latest), acknowledged, false, nowNanos, nowNanos),
                    standing == Standing.ADMITTED);
            if (known == null) {
                unconfirmed.add(id);
            }
            if (standing == Standing.ADMITTED) {
                noteJoined(nowNanos);
            }
        } else {
            boolean saidToHaveEnded = known.report().get().state().isFinal();
            if (!saidToHaveEnded && !latest.state().isFinal()) {
                doubts.replace(id, nowNanos);
            }
            boolean ended = saidToHaveEnded && !isReopened(id, latest, nowNanos);
            put(ended ? known.heard(nowNanos) : known.reported(latest).heard(nowNanos), !ended);
            confirm(known, nowNanos);
        }
        return Optional.of(entries.get(id));
    }

    /** Returns whether one that has ended goes on all the same. */
    private boolean isReopened(NodeId id, StatusReport latest, long nowNanos) {
        if (latest.state().isFinal()) {
            return false;
        }
        Long before = doubts.put(id, nowNanos);
        return before != null && nowNanos - before >= REOPENED_NANOS;
    }

    /** Returns whether somebody of whom it was said that it ended was heard to go on, lately. */
    boolean hasDoubts() {
        return !doubts.isEmpty();
    }

    private void confirm(RosterEntry known, long nowNanos) {
        if (unconfirmed.remove(known.id()) && nowNanos - known.joinedNanos() < CONFIRMED_NANOS) {
            unconfirmed.add(known.id());
        }
    }

    /** A receiver that waits to be admitted is; returns whether it was waiting. */
    boolean admit(NodeId id, long nowNanos) {
        RosterEntry known = entries.get(id);
        if (known == null || known.standing() != Standing.ASKING) {
            return false;
        }
        put(known.standing(Standing.ADMITTED).joined(nowNanos), true);
        unconfirmed.remove(id);
        noteJoined(nowNanos);
        return true;
    }

    /** A receiver is sent away; returns whether it was here, or would be. */
    boolean dismiss(NodeId id) {
        RosterEntry known = entries.get(id);
        if (known == null || known.standing() == Standing.DISMISSED) {
            return false;
        }
        put(known.standing(Standing.DISMISSED), true);
        return true;
    }

    /** Returns whether the session waits for the end of a receiver. */
    boolean isAwaited(NodeId id) {
        RosterEntry known = entries.get(id);
        return known != null && known.isAwaited();
    }

    private void noteJoined(long nowNanos) {
        firstJoinedNanos = Math.min(firstJoinedNanos, nowNanos);
        latestJoinedNanos = nowNanos;
    }

    /** Forgets whoever was sent away first, or whoever is most likely invented; returns whether there was anybody. */
    private boolean makeRoom(long nowNanos) {
        NodeId leaving = dismissed > 0
                ? firstDismissed()
                : unconfirmed.stream()
                        .findFirst()
                        .filter(id -> nowNanos - entries.get(id).heardNanos() >= VANISHED_NANOS)
                        .orElse(null);
        if (leaving != null) {
            count(entries.remove(leaving), -1);
            unconfirmed.remove(leaving);
            doubts.remove(leaving);
            forgotten.accept(leaving);
        }
        return leaving != null;
    }

    private NodeId firstDismissed() {
        Iterator<RosterEntry> each = entries.values().iterator();
        RosterEntry first = each.next();
        while (first.standing() != Standing.DISMISSED) {
            first = each.next();
        }
        return first.id();
    }

    /** Returns whether a receiver may ask for repair; nobody may who was sent away, or was not admitted where that is needed. */
    boolean mayAsk(NodeId id) {
        RosterEntry known = entries.get(id);
        return known == null ? !closed : known.standing() == Standing.ADMITTED;
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
            put(known.acknowledgedWatermark().heard(nowNanos), true);
        }
    }

    /** Something else was heard from a receiver. */
    void onHeard(NodeId id, long nowNanos) {
        RosterEntry known = entries.get(id);
        if (known != null) {
            put(known.heard(nowNanos), known.silent());
            confirm(known, nowNanos);
        }
    }

    /** Presumes gone whoever has been silent for too long. */
    void onTime(long nowNanos) {
        for (RosterEntry entry : List.copyOf(entries.values())) {
            if (entry.isAwaited() && entry.heardNanos() + timeoutNanos <= nowNanos) {
                put(entry.silent(true), true);
            }
        }
        doubts.values().removeIf(since -> nowNanos - since >= DOUBT_NANOS);
    }

    /** Returns how many receivers of images take part. */
    int joined() {
        return joined;
    }

    /** Returns whether anybody who is waited for is like this. */
    boolean isAnyAwaited(Predicate<RosterEntry> what) {
        for (RosterEntry entry : entries.values()) {
            if (entry.isAwaited() && what.test(entry)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether anybody has reported, whatever became of it. */
    boolean hasReported() {
        return reported > 0;
    }

    /** Returns whether nobody of those who report is waited for. */
    boolean isSettled() {
        return awaited == 0;
    }

    /**
     * Returns whether somebody reported, and everybody who did is gone without the image: sent away, silent, failed or left;
     * and no plain NORM receiver is known of that may want it.
     */
    boolean isDeserted() {
        return reported > 0 && verified == 0 && awaited == 0 && unacknowledged == 0 && strangers.isEmpty();
    }

    /** Returns who has come so far to a session that has waited since {@code openedNanos}. */
    Gathering gathering(long openedNanos) {
        return new Gathering(joined, openedNanos, firstJoinedNanos, latestJoinedNanos);
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
        joined += entry.isJoined() ? sign : 0;
        reported += entry.report().isPresent() ? sign : 0;
        verified += entry.isJoined() && entry.report().get().state() == ReceiverState.VERIFIED ? sign : 0;
        awaited += entry.isAwaited() ? sign : 0;
        unacknowledged += entry.report().isEmpty() && !entry.acknowledged() ? sign : 0;
        dismissed += entry.standing() == Standing.DISMISSED ? sign : 0;
    }
}

package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.session.Announcement;
import dev.mimeo.protocol.session.Confirmation;
import dev.mimeo.protocol.session.Dismissal;
import dev.mimeo.protocol.session.GroupAddress;
import dev.mimeo.protocol.session.Needs;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionCodec;
import dev.mimeo.protocol.session.SessionCommand;
import dev.mimeo.protocol.session.SessionReport;
import dev.mimeo.protocol.session.SessionState;
import dev.mimeo.protocol.session.SessionText;
import dev.mimeo.protocol.session.StatusReport;
import dev.mimeo.protocol.timing.TimerTable;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The session of an image beside its data: who takes part and who may not, what they need, when it starts, and what
 * receivers are told.
 *
 * <p>Without an image (plain NORM) nothing is told; the start depends on its condition alone.
 */
final class SessionControl {
    /** How often announcements are repeated at most, and what else is told until it is answered. */
    static final long INTERVAL_NANOS = 250_000_000;
    /** How long a receiver that has joined may take to get the manifest. */
    private static final long MANIFEST_PATIENCE_NANOS = 5_000_000_000L;
    /** How often receivers' paces are compared. */
    private static final long COMPARE_NANOS = 1_000_000_000;
    /** One receiver of so many may be slow without holding the others. */
    private static final int SPARED_SHARE = 3;
    /** How often a receiver is told that it was sent away, unless it answers. */
    private static final int DISMISSAL_REPETITIONS = 20;
    /** Most receivers that are being told so; others are when they report again. */
    static final int LARGEST_DISMISSALS = 1_024;
    /** A receiver's report and its share of a confirmation, in bytes: what reports cost, to bound their share. */
    private static final int REPORT_COST = 256;
    /** The share of the rate that reports may have: one part in so many. */
    private static final int REPORT_SHARE = 100;

    private static final long SHORTEST_REPORT_INTERVAL_MILLIS = 1_000;

    private static final Dismissal FULL =
            new Dismissal(Dismissal.Action.ABORT, "the session has all the receivers that it may", List.of());
    private static final Dismissal AWAY = new Dismissal(Dismissal.Action.ABORT, "it was sent away before", List.of());

    private enum Timer {
        /** The next announcement is due; receivers that fell silent are noticed. */
        ANNOUNCE,
        /** Reports wait for an answer: they are answered together. */
        ANSWER,
        /** The session would start, but somebody has not told what it needs: it starts all the same. */
        PATIENCE
    }

    /** What a receiver that was sent away is told, naming nobody, and how often still. */
    private record Notice(Dismissal told, int left) {}

    private final SenderConfig config;
    private final Consumer<SenderEvent> events;
    private final Consumer<NodeId> forgotten;
    private final ReceiverRoster roster;
    private final TimerTable<Timer> timers = new TimerTable<>(Timer.class);
    private final Set<NodeId> unconfirmedEnds = new LinkedHashSet<>();
    private final Set<NodeId> unconfirmedNeeds = new LinkedHashSet<>();
    private final Map<NodeId, Notice> notices = new LinkedHashMap<>();
    /** What the first {@link #LARGEST_DISMISSALS} are told again, which may be the ones that hear little. */
    private final Map<NodeId, Dismissal> away = new HashMap<>();

    private final ReceiverPaces paces = new ReceiverPaces();

    private StartCondition condition;
    private Announcement image;
    /** What receivers need of the image; null without an image, or if nothing of it is carried by objects. */
    private ChunkNeeds needs;

    private long openedNanos = Machine.NEVER;
    /** When silence and deafness were last looked for. */
    private long tickNanos;

    private long comparedNanos;
    private long sentBytes;
    private boolean held;
    private boolean manifestWanted;
    private boolean announcementDue;
    private boolean confirmationDue;
    private boolean dismissalDue;

    /**
     * Makes a session without an image.
     *
     * @param forgotten is told whom the roster had no room for any longer
     */
    SessionControl(SenderConfig config, Consumer<NodeId> forgotten, Consumer<SenderEvent> events) {
        this.config = config;
        this.events = events;
        this.forgotten = forgotten;
        this.condition = config.startCondition();
        this.roster = new ReceiverRoster(
                config, entry -> events.accept(new SenderEvent.ReceiverChanged(entry)), this::onForgotten);
        timers.set(Timer.ANNOUNCE, 0);
    }

    ReceiverRoster roster() {
        return roster;
    }

    /** Nothing is kept of a receiver that the roster does not know. */
    private void onForgotten(NodeId receiver) {
        paces.remove(receiver);
        away.remove(receiver);
        unconfirmedNeeds.remove(receiver);
        if (needs != null) {
            needs.forget(receiver);
        }
        forgotten.accept(receiver);
        events.accept(new SenderEvent.ReceiverForgotten(receiver));
    }

    /** States what the announcements speak of; {@code needs} is null if nothing of the image is carried by objects. */
    void announce(Announcement image, ChunkNeeds needs) {
        this.image = image;
        this.needs = needs;
    }

    boolean hasImage() {
        return image != null;
    }

    /** Returns the image that is announced. */
    Announcement image() {
        return image;
    }

    // ------------------------------------------------------------------------------------------------------ the start

    /** The session waits from now on. */
    void open(long nowNanos) {
        openedNanos = nowNanos;
    }

    void startWhen(StartCondition next) {
        condition = next;
    }

    void hold(boolean next) {
        held = next;
        announceNow();
    }

    boolean isHeld() {
        return held;
    }

    /**
     * Returns whether a session that waits is to start now: the condition holds, and everybody has told what it needs, or
     * was waited for long enough since.
     */
    boolean isStartDue(long nowNanos) {
        if (held || startNanos() > nowNanos) {
            timers.stop(Timer.PATIENCE);
            return false;
        }
        if (roster.joined() == 0 || isEverybodysNeedKnown()) {
            return true;
        }
        if (!timers.isRunning(Timer.PATIENCE)) {
            timers.set(Timer.PATIENCE, nowNanos + config.checkPatienceNanos());
        }
        return timers.expire(Timer.PATIENCE, nowNanos);
    }

    private long startNanos() {
        return openedNanos == Machine.NEVER ? Machine.NEVER : condition.startNanos(roster.gathering(openedNanos));
    }

    /**
     * Returns whether whoever takes part has told what it needs, or nobody has to. Who has not even got the manifest by now
     * hears next to nothing, and is not waited for.
     */
    boolean isEverybodysNeedKnown() {
        return needs == null || !roster.isAnyAwaited(this::isUndecided);
    }

    private boolean isUndecided(RosterEntry receiver) {
        boolean deaf = tickNanos - receiver.joinedNanos() > MANIFEST_PATIENCE_NANOS
                && receiver.report().filter(report -> report.totalBytes() > 0).isEmpty();
        return !deaf && !needs.isKnown(receiver.id());
    }

    /** Returns what is needed of the image; empty if that is not known, or nobody has told. */
    Optional<ChunkNeeds> needs() {
        boolean told = needs != null && (needs.knownCount() > 0 || roster.joined() > 0 && roster.isSettled());
        return told && isEverybodysNeedKnown() ? Optional.of(needs) : Optional.empty();
    }

    /** Returns whether a receiver has asked for the manifest since the last call. */
    boolean takeManifestWanted() {
        boolean wanted = manifestWanted;
        manifestWanted = false;
        return wanted;
    }

    // ------------------------------------------------------------------------------------------------------ receivers

    /**
     * A receiver reports.
     *
     * @param answerNanos how long others are waited for, to be answered together
     * @return whether the report is of this image
     */
    boolean onReport(NodeId from, ByteBuffer content, long answerNanos, long nowNanos)
            throws MalformedDatagramException {
        Optional<SessionReport> report = SessionCodec.decodeReport(content);
        if (report.isEmpty() || image == null || !report.get().image().equals(image.image())) {
            return false;
        }
        if (report.get() instanceof StatusReport status) {
            onStatus(from, status, nowNanos + answerNanos, nowNanos);
        } else if (report.get() instanceof Needs part
                && needs != null
                && needs.onNeeds(from, !roster.isNew(from), part)) {
            if (unconfirmedNeeds.size() < config.maximumReceivers()) {
                unconfirmedNeeds.add(from);
                answerAt(nowNanos + answerNanos);
            }
        }
        return true;
    }

    private void onStatus(NodeId from, StatusReport report, long answerNanos, long nowNanos) {
        boolean isNew = roster.isNew(from);
        Optional<RosterEntry> known = roster.onReport(from, report, nowNanos);
        boolean ended = report.state().isFinal();
        if (ended) {
            notices.remove(from);
            paces.remove(from);
            if (known.isPresent() || unconfirmedEnds.size() < config.maximumReceivers()) {
                unconfirmedEnds.add(from);
                answerAt(answerNanos);
            }
        } else if (known.isEmpty()) {
            if (roster.isFullForGood()) {
                tellDismissed(from, FULL, answerNanos);
            }
        } else {
            switch (known.get().standing()) {
                case ASKING -> {
                    if (isNew) {
                        events.accept(new SenderEvent.AdmissionWanted(from, report.name(), report.token()));
                    }
                }
                case ADMITTED -> {
                    manifestWanted |= report.totalBytes() == 0;
                    boolean checking = report.state() == ReceiverState.JOINING && report.totalBytes() > 0;
                    if (!checking) {
                        paces.onReport(from, report.verifiedBytes(), sentBytes, nowNanos);
                    }
                }
                case DISMISSED -> tellDismissed(from, away.getOrDefault(from, AWAY), answerNanos);
            }
        }
    }

    /** A receiver that asked may take part. */
    void admit(NodeId receiver, long nowNanos) {
        if (roster.admit(receiver, nowNanos)) {
            manifestWanted = true;
        }
    }

    /** Sends a receiver away, which is told until it answers. */
    void dismiss(NodeId receiver, Dismissal.Action action, String reason, long nowNanos) {
        dismiss(receiver, new Dismissal(action, SessionText.fit(reason), List.of()), nowNanos);
    }

    /** Has a receiver that is not done go on elsewhere, unless so many were that this one might not be told; whether it is. */
    boolean move(NodeId receiver, GroupAddress group, String reason, long nowNanos) {
        boolean moved = roster.isAwaited(receiver) && away.size() < LARGEST_DISMISSALS;
        if (moved) {
            Dismissal move =
                    new Dismissal(Dismissal.Action.MOVE, SessionText.fit(reason), Optional.of(group), List.of());
            dismiss(receiver, move, nowNanos);
        }
        return moved;
    }

    private void dismiss(NodeId receiver, Dismissal told, long nowNanos) {
        if (roster.dismiss(receiver)) {
            notices.remove(receiver);
            paces.remove(receiver);
            if (away.size() < LARGEST_DISMISSALS) {
                away.put(receiver, told);
            }
            tellDismissed(receiver, told, nowNanos);
        }
    }

    private void tellDismissed(NodeId receiver, Dismissal told, long answerNanos) {
        if (notices.size() < LARGEST_DISMISSALS) {
            notices.putIfAbsent(receiver, new Notice(told, DISMISSAL_REPETITIONS));
            answerAt(answerNanos);
        }
    }

    private void answerAt(long nanos) {
        if (!timers.isRunning(Timer.ANSWER)) {
            timers.set(Timer.ANSWER, nanos);
        }
    }

    /** Returns whether whoever joined has said how it ended and was told that we know: the end is news to nobody. */
    boolean isEverybodyConfirmed() {
        return roster.joined() > 0
                && roster.isSettled()
                && roster.unacknowledged().isEmpty()
                && unconfirmedEnds.isEmpty()
                && !timers.isRunning(Timer.ANSWER);
    }

    // ---------------------------------------------------------------------------------------------- slow receivers

    /** So many bytes of content were sent by now. */
    void onSent(long bytes) {
        sentBytes = bytes;
    }

    /** Data flows from now on: whoever is slow is so from now on. */
    void onFlow(long nowNanos) {
        timers.stop(Timer.PATIENCE);
        paces.restart(sentBytes, nowNanos);
    }

    /** Returns whether a receiver counts for round trip times and the rate. */
    boolean isHeeded(NodeId receiver) {
        return config.slowReceivers() instanceof SlowReceivers.HoldAll || !paces.isLagging(receiver);
    }

    /** Returns how many receivers the rate need not heed at most. */
    int sparable() {
        return config.slowReceivers() instanceof SlowReceivers.HoldAll ? 0 : roster.joined() / SPARED_SHARE;
    }

    private void judge(long nowNanos) {
        if (held || nowNanos - comparedNanos < COMPARE_NANOS) {
            return;
        }
        comparedNanos = nowNanos;
        List<NodeId> receiving = roster.entries().stream()
                .filter(RosterEntry::isAwaited)
                .map(RosterEntry::id)
                .toList();
        paces.compare(receiving, nowNanos);
        if (config.slowReceivers() instanceof SlowReceivers.Move) {
            paces.takeLagging().forEach(receiver -> events.accept(new SenderEvent.ReceiverLags(receiver)));
        }
        if (config.slowReceivers() instanceof SlowReceivers.DropBelow limit) {
            for (NodeId receiver : receiving) {
                if (paces.isTooSlow(receiver, limit, sentBytes, nowNanos)) {
                    dismiss(receiver, limit.action(), tooSlow(limit), nowNanos);
                }
            }
        }
    }

    private static String tooSlow(SlowReceivers.DropBelow limit) {
        return "it stored less than " + limit.bytesPerSecond() + " bytes per second for "
                + limit.graceNanos() / 1_000_000_000 + " s";
    }

    // -------------------------------------------------------------------------------------------------- what is told

    /** {@code flowing}: whether content is being sent. */
    void onTime(boolean flowing, long nowNanos) {
        if (timers.expire(Timer.ANNOUNCE, nowNanos)) {
            tickNanos = nowNanos;
            roster.onTime(nowNanos);
            if (flowing) {
                judge(nowNanos);
            }
            announceNow();
            dismissalDue |= !notices.isEmpty();
            timers.set(Timer.ANNOUNCE, nowNanos + INTERVAL_NANOS);
        }
        if (timers.expire(Timer.ANSWER, nowNanos)) {
            confirmationDue = hasUnconfirmed();
            dismissalDue = !notices.isEmpty();
        }
    }

    /** Has the image announced, if there is one: at intervals, and whenever there is news. */
    void announceNow() {
        announcementDue = image != null;
    }

    /** Returns when {@link #onTime} has something to do, or a session that waits may start. */
    long deadlineNanos(boolean waiting) {
        long start = waiting && !held && !timers.isRunning(Timer.PATIENCE) ? startNanos() : Machine.NEVER;
        return Math.min(timers.earliestNanos(), start);
    }

    boolean hasCommand() {
        return announcementDue || confirmationDue || dismissalDue && !notices.isEmpty();
    }

    /** Tells nothing for now. */
    void quiet() {
        announcementDue = false;
        confirmationDue = false;
        dismissalDue = false;
    }

    /** Takes what is to be told next; {@code pausing}: whether there is nothing to send for now. */
    SessionCommand takeCommand(
            SessionState state, boolean pausing, long bytesPerSecond, int segmentLength, long nowNanos) {
        if (dismissalDue && !notices.isEmpty()) {
            Dismissal dismissal = dismissal(Math.max(1, SessionCodec.dismissalCapacity(segmentLength)));
            dismissalDue = false;
            return dismissal;
        }
        if (confirmationDue) {
            Confirmation confirmation = confirmation(Math.max(1, SessionCodec.confirmationCapacity(segmentLength)));
            confirmationDue = hasUnconfirmed();
            return confirmation;
        }
        announcementDue = false;
        return announcement(state, pausing, bytesPerSecond, nowNanos);
    }

    private boolean hasUnconfirmed() {
        return !unconfirmedEnds.isEmpty() || !unconfirmedNeeds.isEmpty();
    }

    /** Those who are told the same as the one who waits longest; behind the others when they are told again. */
    private Dismissal dismissal(int capacity) {
        Notice first = notices.values().iterator().next();
        List<NodeId> nodes = new ArrayList<>();
        Map<NodeId, Notice> again = new LinkedHashMap<>();
        Iterator<Map.Entry<NodeId, Notice>> each = notices.entrySet().iterator();
        while (each.hasNext() && nodes.size() < capacity) {
            Map.Entry<NodeId, Notice> entry = each.next();
            Notice notice = entry.getValue();
            if (notice.told().equals(first.told())) {
                nodes.add(entry.getKey());
                each.remove();
                if (notice.left() > 1) {
                    again.put(entry.getKey(), new Notice(notice.told(), notice.left() - 1));
                }
            }
        }
        notices.putAll(again);
        return first.told().to(nodes);
    }

    /** Ends before needs: receivers that are done wait for nothing else. */
    private Confirmation confirmation(int capacity) {
        boolean ends = !unconfirmedEnds.isEmpty();
        Set<NodeId> nodes = ends ? unconfirmedEnds : unconfirmedNeeds;
        List<NodeId> first = nodes.stream().limit(capacity).toList();
        first.forEach(nodes::remove);
        return new Confirmation(ends ? Confirmation.Subject.END : Confirmation.Subject.NEEDS, first);
    }

    private Announcement announcement(SessionState state, boolean pausing, long bytesPerSecond, long nowNanos) {
        long start = state == SessionState.WAITING && !held ? startNanos() : Machine.NEVER;
        int joined = roster.joined();
        long reports = (long) joined * REPORT_COST * REPORT_SHARE * 1_000 / bytesPerSecond;
        return new Announcement(
                state,
                image.sessionName(),
                image.image(),
                image.imageLength(),
                image.manifest(),
                image.firstObject(),
                image.objectCount(),
                joined,
                condition.expected(),
                start == Machine.NEVER ? -1 : Math.max(0, start - nowNanos) / 1_000_000,
                held || pausing ? 0 : bytesPerSecond,
                (int) Math.min(Integer.MAX_VALUE, Math.max(SHORTEST_REPORT_INTERVAL_MILLIS, reports)));
    }
}

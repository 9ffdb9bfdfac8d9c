package dev.mimeo.internal;

import dev.mimeo.DroppedDatagrams;
import dev.mimeo.Progress;
import dev.mimeo.TransferPhase;

/**
 * Tells Java Flight Recorder of one transfer, which it is ready for. What happens often is counted anyway, and only looked at if
 * its events are enabled. The protocol thread.
 */
final class TransferEvents {
    private static final FlightEvents.Repair REPAIR = new FlightEvents.Repair();
    private static final FlightEvents.Nack NACK = new FlightEvents.Nack();
    private static final FlightEvents.Drop DROP = new FlightEvents.Drop();

    private final EndName name;
    private final FlightEvents.Transfer whole = new FlightEvents.Transfer();
    /** What was told, or need not be; null while nobody asks, and what is counted then is never told. */
    private TransferRecording.Counts known;
    /** Since when it has stood where it stands, or null if there is nothing to wait for. */
    private FlightEvents.Stall stall;

    /** Begins; {@code fromStart} if the transfer does so, too: else what was counted before is not told. */
    TransferEvents(EndName name, boolean fromStart) {
        this.name = name;
        this.known = fromStart ? TransferRecording.Counts.NONE : null;
        whole.begin();
    }

    /** Looks, a few times a second and at the end, whether the transfer stands still, and what was counted meanwhile. */
    void onProgress(Progress progress, TransferRecording.Counting counting) {
        lookWhetherItStandsStill(progress);
        tell(counting);
    }

    private void lookWhetherItStandsStill(Progress progress) {
        boolean isOver = stall != null && (stall.bytes != progress.bytes() || !isOnItsWay(progress));
        if (isOver) {
            endStall();
        }
        if (stall == null && isOnItsWay(progress)) {
            stall = new FlightEvents.Stall();
            stall.of(name);
            stall.phase = progress.phase().name();
            stall.bytes = progress.bytes();
            stall.totalBytes = progress.totalBytes();
            stall.begin();
        }
    }

    private static boolean isOnItsWay(Progress progress) {
        TransferPhase phase = progress.phase();
        return (phase == TransferPhase.TRANSFERRING || phase == TransferPhase.COMPLETING)
                && progress.bytes() < progress.totalBytes();
    }

    private void endStall() {
        stall.commit();
        stall = null;
    }

    /** Tells what was counted since the last time, if anybody wants to know. */
    private void tell(TransferRecording.Counting counting) {
        if (!REPAIR.isEnabled() && !NACK.isEnabled() && !DROP.isEnabled()) {
            known = null;
            return;
        }
        TransferRecording.Counts now = counting.counts();
        if (known != null) {
            tell(now, known);
        }
        known = now;
    }

    private void tell(TransferRecording.Counts now, TransferRecording.Counts before) {
        if (now.repairBytes() > before.repairBytes()) {
            FlightEvents.Repair event = new FlightEvents.Repair();
            event.of(name);
            event.bytes = now.repairBytes() - before.repairBytes();
            event.commit();
        }
        if (now.nacks() > before.nacks()) {
            FlightEvents.Nack event = new FlightEvents.Nack();
            event.of(name);
            event.count = now.nacks() - before.nacks();
            event.commit();
        }
        DroppedDatagrams dropped = now.dropped().since(before.dropped());
        tellDropped("malformed", dropped.malformed());
        tellDropped("foreign", dropped.foreign());
        tellDropped("unauthentic", dropped.unauthentic());
        tellDropped("replayed", dropped.replayed());
        tellDropped("untried", dropped.untried());
        tellDropped("overrun", dropped.overrun());
        tellDropped("withoutRoom", now.withoutRoom() - before.withoutRoom());
    }

    private void tellDropped(String reason, long count) {
        if (count > 0) {
            FlightEvents.Drop event = new FlightEvents.Drop();
            event.of(name);
            event.reason = reason;
            event.count = count;
            event.commit();
        }
    }

    /** The end: {@code bytes} are done. */
    void end(String outcome, long bytes) {
        if (stall != null) {
            endStall();
        }
        whole.of(name);
        whole.bytes = bytes;
        whole.outcome = outcome;
        whole.commit();
    }
}

package dev.mimeo.internal;

import dev.mimeo.DroppedDatagrams;
import dev.mimeo.Progress;
import jdk.jfr.FlightRecorder;

/**
 * Has Java Flight Recorder told of one transfer, from when the recorder is first used in this process: to get it ready costs a
 * process a fifth of a second at its start, which nobody pays who does not record. The protocol thread.
 */
final class TransferRecording {
    private final EndName name;
    /** Null while the recorder was never used. */
    private TransferEvents events;

    TransferRecording(EndName name) {
        this.name = name;
    }

    /**
     * What was counted in a transfer until now.
     *
     * @param repairBytes sent because a receiver asked
     * @param nacks requests for repair, heard or sent
     * @param withoutRoom segments that there was no memory for
     * @param dropped datagrams that changed nothing
     */
    record Counts(long repairBytes, long nacks, long withoutRoom, DroppedDatagrams dropped) {
        /** Before anything was sent or heard. */
        static final Counts NONE = new Counts(0, 0, 0, DroppedDatagrams.NONE);
    }

    /** Somebody who counts. */
    interface Counting {
        /** Returns what was counted until now. */
        Counts counts();
    }

    void begin() {
        prepare(true);
    }

    /** Looks, a few times a second and at the end, whether the transfer stands still, and what was counted meanwhile. */
    void onProgress(Progress progress, Counting counting) {
        prepare(false);
        if (events != null) {
            events.onProgress(progress, counting);
        }
    }

    /** The end: {@code bytes} are done. */
    void end(String outcome, long bytes) {
        if (events != null) {
            events.end(outcome, bytes);
        }
    }

    private void prepare(boolean fromStart) {
        if (events == null && FlightRecorder.isInitialized()) {
            events = new TransferEvents(name, fromStart);
        }
    }
}

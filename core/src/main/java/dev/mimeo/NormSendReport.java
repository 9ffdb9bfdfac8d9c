package dev.mimeo;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What was sent as plain NORM, and who acknowledged it.
 *
 * @param objects how many were sent
 * @param bytes of content in them
 * @param receivers those that were asked to acknowledge
 * @param elapsed from {@link NormSender#send} to the end
 * @param wireBytes UDP payload of everything that left
 * @param sourceBytes of it, content sent for the first time
 * @param redundancyBytes of it, parity sent unasked
 * @param repairBytes of it, content and parity sent because a receiver asked
 * @param nacks requests for repair that were heard
 */
public record NormSendReport(
        int objects,
        long bytes,
        List<ReceiverStatus> receivers,
        Duration elapsed,
        long wireBytes,
        long sourceBytes,
        long redundancyBytes,
        long repairBytes,
        long nacks) {
    /** Copies the list. */
    public NormSendReport {
        Objects.requireNonNull(elapsed, "elapsed");
        receivers = List.copyOf(receivers);
    }

    /** Returns whether everybody has acknowledged that was asked to; true if nobody was. */
    public boolean isAcknowledgedByAll() {
        return receivers.stream().allMatch(receiver -> receiver.state() == ReceiverStatus.State.ACKNOWLEDGED);
    }
}

package dev.mimeo;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What was sent and who has it.
 *
 * @param image what was sent
 * @param receivers everyone that was heard, each with its verdict; who was not admitted is among them
 * @param elapsed from {@link ImageSender#send} to the end
 * @param wireBytes UDP payload of everything that left
 * @param sourceBytes of it, image content sent for the first time
 * @param redundancyBytes of it, parity sent unasked
 * @param repairBytes of it, content and parity sent because a receiver asked
 * @param nacks requests for repair that were heard
 * @param dropped datagrams that were heard and changed nothing
 * @param sourceFault what is wrong with the source, for people: a file has changed while it was sent, or several receivers
 *     found that it does not match its hashes; empty if nothing is known to be
 */
public record SendReport(
        ImageDescription image,
        List<ReceiverStatus> receivers,
        Duration elapsed,
        long wireBytes,
        long sourceBytes,
        long redundancyBytes,
        long repairBytes,
        long nacks,
        DroppedDatagrams dropped,
        String sourceFault) {
    /** Copies the list. */
    public SendReport {
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(elapsed, "elapsed");
        Objects.requireNonNull(dropped, "dropped");
        Objects.requireNonNull(sourceFault, "sourceFault");
        receivers = List.copyOf(receivers);
    }

    /** Returns how many receivers have stored and verified the image. */
    public int verifiedCount() {
        return (int) receivers.stream()
                .filter(receiver -> receiver.state() == ReceiverStatus.State.VERIFIED)
                .count();
    }

    /**
     * Returns whether every receiver that was admitted has stored and verified the image; of one that was moved to another
     * lane, the session of that lane reports.
     */
    public boolean isVerifiedByAll() {
        return receivers.stream()
                .map(ReceiverStatus::state)
                .allMatch(state -> state == ReceiverStatus.State.VERIFIED || state == ReceiverStatus.State.REFUSED);
    }
}

package dev.mimeo;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What was sent and who has it.
 *
 * @param image what was sent
 * @param receivers everyone that was heard, each with its verdict
 * @param elapsed from {@link ImageSender#send} to the end
 * @param wireBytes UDP payload of everything that left
 * @param sourceBytes of it, image content sent for the first time
 * @param redundancyBytes of it, parity sent unasked
 * @param repairBytes of it, content and parity sent because a receiver asked
 * @param nacks requests for repair that were heard
 */
public record SendReport(
        ImageDescription image,
        List<ReceiverStatus> receivers,
        Duration elapsed,
        long wireBytes,
        long sourceBytes,
        long redundancyBytes,
        long repairBytes,
        long nacks) {
    /** Copies the list. */
    public SendReport {
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(elapsed, "elapsed");
        receivers = List.copyOf(receivers);
    }

    /** Returns how many receivers have stored and verified the image. */
    public int verifiedCount() {
        return (int) receivers.stream()
                .filter(receiver -> receiver.state() == ReceiverStatus.State.VERIFIED)
                .count();
    }

    /** Returns whether every receiver that was heard has stored and verified the image. */
    public boolean isVerifiedByAll() {
        return verifiedCount() == receivers.size();
    }
}

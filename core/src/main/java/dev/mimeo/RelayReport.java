package dev.mimeo;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What was relayed.
 *
 * @param image what it was
 * @param received how it came; empty if all of it was kept from before
 * @param sent each session downstream, in order; at least one
 */
public record RelayReport(ImageDescription image, Optional<ReceiveReport> received, List<SendReport> sent) {
    /** Copies the list. */
    public RelayReport {
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(received, "received");
        sent = List.copyOf(sent);
    }

    /** Returns whether every receiver that joined downstream, in any session, has verified the image, and there was one. */
    public boolean isVerifiedByAll() {
        return sent.stream().anyMatch(each -> each.verifiedCount() > 0)
                && sent.stream()
                        .flatMap(each -> each.receivers().stream())
                        .allMatch(each -> each.state() == ReceiverStatus.State.VERIFIED
                                || each.state() == ReceiverStatus.State.REFUSED);
    }
}

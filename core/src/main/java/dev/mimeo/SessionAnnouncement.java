package dev.mimeo;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What a sender says about itself and what it sends, before and while it does. Not authenticated: for display.
 *
 * @param sessionName what its operator calls the session; may be empty
 * @param phase where it is
 * @param imageId identity of the image, as in {@link ImageDescription#id()}
 * @param imageLength bytes in the image
 * @param joined receivers that have joined
 * @param expected receivers that it waits for; 0 if it does not wait
 * @param startsIn time until it starts with whoever has joined; empty if it has started or waits without end
 * @param bitsPerSecond the rate it sends at
 */
public record SessionAnnouncement(
        String sessionName,
        TransferPhase phase,
        String imageId,
        long imageLength,
        int joined,
        int expected,
        Optional<Duration> startsIn,
        long bitsPerSecond) {
    /** Refuses nulls. */
    public SessionAnnouncement {
        Objects.requireNonNull(sessionName, "sessionName");
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(imageId, "imageId");
        Objects.requireNonNull(startsIn, "startsIn");
    }
}

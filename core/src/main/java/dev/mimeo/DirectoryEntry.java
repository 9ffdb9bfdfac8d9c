package dev.mimeo;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A session, or an image that becomes one when somebody asks for it, as a distribution point lists it. Not authenticated.
 *
 * @param point what the operator of the point calls it; its node id if nothing
 * @param sessionName what the operator calls the session; may be empty
 * @param imageName display name of the image
 * @param imageVersion what its maker calls this version; may be empty
 * @param imageId identity of the image, as in {@link ImageDescription#id()}
 * @param imageLength bytes
 * @param phase where the session is; empty if the image is only offered
 * @param group where the session meets; empty if the image is only offered
 * @param joined receivers that have joined
 * @param expected receivers that it waits for; 0 if it does not
 * @param startsIn time until it starts with whoever has joined; empty if it has started or waits without end
 * @param bitsPerSecond the rate it sends at
 */
public record DirectoryEntry(
        String point,
        String sessionName,
        String imageName,
        String imageVersion,
        String imageId,
        long imageLength,
        Optional<TransferPhase> phase,
        Optional<MulticastGroup> group,
        int joined,
        int expected,
        Optional<Duration> startsIn,
        long bitsPerSecond) {
    /** Refuses nulls. */
    public DirectoryEntry {
        Objects.requireNonNull(point, "point");
        Objects.requireNonNull(sessionName, "sessionName");
        Objects.requireNonNull(imageName, "imageName");
        Objects.requireNonNull(imageVersion, "imageVersion");
        Objects.requireNonNull(imageId, "imageId");
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(startsIn, "startsIn");
    }

    /** Returns whether the image is only offered: asking for it opens a session. */
    public boolean isOffer() {
        return group.isEmpty();
    }
}

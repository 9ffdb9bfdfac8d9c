package dev.mimeo;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A session at one moment.
 *
 * @param id of the session, eight hexadecimal digits: the NORM node id of its sender
 * @param name what its operator calls it; may be empty
 * @param group where it meets
 * @param image what it sends; empty until that is known
 * @param phase where it is
 * @param startPolicy when it starts, or would have
 * @param isHeld whether an operator holds it
 * @param elapsed since it was opened
 * @param bitsPerSecond the rate now, UDP payload
 * @param limitedBy id of the receiver that limits the rate; empty if none does
 * @param sentBytes image content sent for the first time
 * @param totalBytes image content to be sent
 * @param repairBytes content and parity sent because a receiver asked
 * @param wireBytes UDP payload of everything that left
 * @param nacks requests for repair that were heard
 * @param dropped datagrams that were heard and changed nothing
 * @param receivers everyone that was heard
 */
public record SessionView(
        String id,
        String name,
        MulticastGroup group,
        Optional<ImageDescription> image,
        TransferPhase phase,
        StartPolicy startPolicy,
        boolean isHeld,
        Duration elapsed,
        long bitsPerSecond,
        Optional<String> limitedBy,
        long sentBytes,
        long totalBytes,
        long repairBytes,
        long wireBytes,
        long nacks,
        DroppedDatagrams dropped,
        List<ReceiverStatus> receivers) {
    /** Refuses nulls; copies the list. */
    public SessionView {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(startPolicy, "startPolicy");
        Objects.requireNonNull(elapsed, "elapsed");
        Objects.requireNonNull(limitedBy, "limitedBy");
        Objects.requireNonNull(dropped, "dropped");
        receivers = List.copyOf(receivers);
    }

    /** Returns repairs as a share of everything that left, 0 to 1. */
    public double repairShare() {
        return wireBytes == 0 ? 0 : (double) repairBytes / wireBytes;
    }

    /** Returns how many receivers are in a state. */
    public int count(ReceiverStatus.State state) {
        return (int)
                receivers.stream().filter(receiver -> receiver.state() == state).count();
    }
}

package dev.mimeo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What was received. A report exists only for an image that is stored, durable and verified: every hash matched.
 *
 * @param image what was received
 * @param paths where its objects are, in the order of the image; empty if the target was a channel
 * @param elapsed from {@link ImageReceiver#receive} to the end
 * @param presentBytes of the image that the target held before, verified as well; runs of zeros not counted
 * @param datagrams received, of every kind and sender
 * @param wireBytes UDP payload in them
 * @param duplicates pieces of content or parity that were here already
 * @param nacks requests for repair that this receiver sent
 * @param dropped datagrams that were heard and changed nothing
 */
public record ReceiveReport(
        ImageDescription image,
        List<Path> paths,
        Duration elapsed,
        long presentBytes,
        long datagrams,
        long wireBytes,
        long duplicates,
        long nacks,
        DroppedDatagrams dropped) {
    /** Refuses nulls; copies the list. */
    public ReceiveReport {
        Objects.requireNonNull(image, "image");
        paths = List.copyOf(paths);
        Objects.requireNonNull(elapsed, "elapsed");
        Objects.requireNonNull(dropped, "dropped");
    }

    /**
     * Returns where an image of one object is.
     *
     * @throws IllegalStateException if it has several, or the target was a channel
     */
    public Path path() {
        if (paths.size() != 1) {
            throw new IllegalStateException(image.name() + " is at " + paths.size() + " paths, not at one");
        }
        return paths.get(0);
    }
}

package dev.mimeo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * What was received. A report exists only for an image that is stored, durable and verified: every hash matched.
 *
 * @param image what was received
 * @param path where it is
 * @param elapsed from {@link ImageReceiver#receive} to the end
 * @param datagrams received, of every kind and sender
 * @param wireBytes UDP payload in them
 * @param duplicates pieces of content or parity that were here already
 * @param nacks requests for repair that this receiver sent
 */
public record ReceiveReport(
        ImageDescription image,
        Path path,
        Duration elapsed,
        long datagrams,
        long wireBytes,
        long duplicates,
        long nacks) {
    /** Refuses nulls. */
    public ReceiveReport {
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(elapsed, "elapsed");
    }
}

package dev.mimeo;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How far a transfer is, at one moment.
 *
 * @param phase where it is
 * @param bytes done of those in this phase: read and hashed while the sender prepares; sent for the first time by a
 *     sender; verified by a receiver, or written by one of plain NORM
 * @param totalBytes that {@code bytes} runs up to; 0 while it is not known. A sender does not send runs of zeros, so its
 *     total may be less than the length of the image
 * @param bytesPerSecond how fast {@code bytes} has grown of late
 * @param elapsed since the transfer was asked for
 * @param receivers that have joined; on a receiver, as many as the sender announced
 * @param settledReceivers of which nothing more is expected: verified, failed, left or silent; 0 on a receiver
 * @param lossRatio share of datagrams lost of late, 0 to 1; on a sender, the worst that a receiver reported
 */
public record Progress(
        TransferPhase phase,
        long bytes,
        long totalBytes,
        long bytesPerSecond,
        Duration elapsed,
        int receivers,
        int settledReceivers,
        double lossRatio) {
    /** The progress of a transfer that has not begun. */
    public static final Progress NONE = new Progress(TransferPhase.WAITING, 0, 0, 0, Duration.ZERO, 0, 0, 0);

    /** Refuses nulls. */
    public Progress {
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(elapsed, "elapsed");
    }

    /** Returns {@code bytes} as a share of {@code totalBytes}, 0 to 1; 0 while the total is not known. */
    public double fraction() {
        return totalBytes == 0 ? 0 : Math.min(1, (double) bytes / totalBytes);
    }

    /** Returns how long the rest takes at the present speed; empty while nothing moves or the total is not known. */
    public Optional<Duration> remaining() {
        if (totalBytes == 0 || bytesPerSecond == 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis((long) (1000.0 * Math.max(0, totalBytes - bytes) / bytesPerSecond)));
    }
}

package dev.mimeo;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What was received as plain NORM. Every object in it is complete and durable; none is verified.
 *
 * @param files what was stored, in that order
 * @param elapsed from {@link NormReceiver#receive} to the end
 * @param datagrams received, of every kind and sender
 * @param wireBytes UDP payload in them
 * @param duplicates pieces of content or parity that were here already
 * @param nacks requests for repair that this receiver sent
 */
public record NormReceiveReport(
        List<NormFile> files, Duration elapsed, long datagrams, long wireBytes, long duplicates, long nacks) {
    /** Copies the list. */
    public NormReceiveReport {
        files = List.copyOf(files);
        Objects.requireNonNull(elapsed, "elapsed");
    }

    /** Returns how many bytes of content were stored. */
    public long bytes() {
        return files.stream().mapToLong(NormFile::length).sum();
    }
}

package dev.mimeo.examples;

import dev.mimeo.ImageDescription;
import dev.mimeo.NormFile;
import dev.mimeo.NormReceiveReport;
import dev.mimeo.NormSendReport;
import dev.mimeo.Progress;
import dev.mimeo.ReceiveReport;
import dev.mimeo.RelayReport;
import dev.mimeo.SendReport;
import dev.mimeo.SessionView;
import dev.mimeo.StorageException;
import dev.mimeo.TransferListener;
import dev.mimeo.TransferPhase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells what happens in one transfer, and at its end what came of it. Heard by the transfer; the command itself ends it with
 * exactly one of {@code sendEnded}, {@code receiveEnded} and {@link #failedWith}, when the transfer has no more to say.
 */
abstract class Reporter implements TransferListener {
    private final CountDownLatch lastEvent = new CountDownLatch(1);
    private volatile Optional<ImageDescription> image = Optional.empty();
    /** Guarded by itself; the latest at each place, in the order of their arrival. */
    private final Map<Path, NormFile> stored = new LinkedHashMap<>();

    private volatile Progress progress = Progress.NONE;
    private volatile OptionalLong beganNanos = OptionalLong.empty();
    private volatile OptionalLong endedNanos = OptionalLong.empty();

    /** More is known of the session than its listener hears, for those who show it. */
    void watch(Watching watching) {}

    /** Everything was sent; {@code verified} if everybody that was asked for has it. */
    abstract void sendEnded(SendReport report, boolean verified);

    /** Everything was received and verified. */
    abstract void receiveEnded(ReceiveReport report);

    /** How far a relay is on its way to have everything. */
    abstract void upstream(Progress progress);

    /** Everything is stored and was sent on; {@code verified} if everybody that was asked for has it. */
    abstract void relayEnded(RelayReport report, boolean verified);

    /** Everything was sent as plain NORM. */
    abstract void sendEnded(NormSendReport report);

    /** An object of plain NORM is stored; {@code sha256} was read back from the disk. */
    abstract void stored(NormFile file, String sha256);

    /** Everything was received as plain NORM: complete, unverified. */
    abstract void receiveEnded(NormReceiveReport report);

    /** A session as it is now. */
    abstract void session(SessionView session);

    /** A distribution point ends; {@code verified} if everybody who was admitted has its image. */
    abstract void served(List<SessionView> sessions, boolean verified);

    /** The transfer failed, or could not begin. */
    abstract void failedWith(ExitCode code, String message);

    /** Reads back and tells every object of plain NORM that is stored. */
    final void tellStored() throws StorageException {
        List<NormFile> files;
        synchronized (stored) {
            files = List.copyOf(stored.values());
        }
        for (NormFile file : files) {
            try {
                stored(file, Sha256.of(file.path()));
            } catch (IOException e) {
                throw new StorageException("Cannot read back " + file.path() + ": " + e, e);
            }
        }
    }

    /** Waits, not for long, until the transfer has told its last event. */
    final void awaitLastEvent() {
        try {
            lastEvent.await(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether content has been sent or received. */
    final boolean isTransferring() {
        return beganNanos.isPresent();
    }

    /** Returns what the image is, once that is known. */
    final Optional<ImageDescription> image() {
        return image;
    }

    /** Returns the last progress heard. */
    final Progress latest() {
        return progress;
    }

    /** Returns the time from the first content to the end, without the wait before; {@code elapsed} if there was none. */
    final Duration transferTime(Duration elapsed) {
        if (beganNanos.isEmpty()) {
            return elapsed;
        }
        Duration time = Duration.ofNanos(endedNanos.orElseGet(System::nanoTime) - beganNanos.getAsLong());
        return time.compareTo(elapsed) < 0 ? time : elapsed;
    }

    @Override
    public void phaseChanged(TransferPhase phase) {
        if (phase == TransferPhase.TRANSFERRING) {
            beganNanos = OptionalLong.of(System.nanoTime());
        }
    }

    @Override
    public void described(ImageDescription image) {
        this.image = Optional.of(image);
    }

    @Override
    public void progress(Progress progress) {
        this.progress = progress;
    }

    @Override
    public final void sent(SendReport report) {
        ended();
    }

    @Override
    public final void received(ReceiveReport report) {
        ended();
    }

    @Override
    public final void objectStored(NormFile file) {
        synchronized (stored) {
            stored.put(file.path(), file);
        }
    }

    @Override
    public final void objectsSent(NormSendReport report) {
        ended();
    }

    @Override
    public final void objectsReceived(NormReceiveReport report) {
        ended();
    }

    @Override
    public final void failed(Throwable cause) {
        ended();
    }

    private void ended() {
        endedNanos = OptionalLong.of(System.nanoTime());
        lastEvent.countDown();
    }
}

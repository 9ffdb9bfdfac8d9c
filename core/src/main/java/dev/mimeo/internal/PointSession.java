package dev.mimeo.internal;

import dev.mimeo.Deployment;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.directory.Listing;
import java.util.Optional;

/** A session as its point keeps it. Confined to the thread of the point, but for what is final. */
final class PointSession implements RateShares.Sharer {
    /** How often the directory is told how many have joined. */
    private static final long NEWS_NANOS = 1_000_000_000;

    final Deployment deployment;
    final SteeredSession session;
    final DefaultImageSender sender;
    private long granted;
    private TransferPhase listedPhase = TransferPhase.PREPARING;
    private Optional<Listing> listing = Optional.empty();
    private long nextNewsNanos;

    PointSession(Deployment deployment, SteeredSession session, DefaultImageSender sender) {
        this.deployment = deployment;
        this.session = session;
        this.sender = sender;
    }

    /** Returns what to list of it now, if there is news. */
    Optional<Listing> news(long nowNanos) {
        TransferPhase phase = session.progress().phase();
        if (phase == listedPhase && nowNanos < nextNewsNanos) {
            return Optional.empty();
        }
        Optional<Listing> next = DirectoryWords.of(session.view());
        nextNewsNanos = nowNanos + NEWS_NANOS;
        if (next.isPresent()) {
            listedPhase = phase;
            listing = next;
        }
        return next;
    }

    /** Returns what is listed of it. */
    Optional<Listing> listing() {
        return listing;
    }

    @Override
    public boolean isSending() {
        return switch (session.progress().phase()) {
            case PREPARING, WAITING, CHECKING -> false;
            case TRANSFERRING, COMPLETING, FINISHED -> true;
        };
    }

    @Override
    public long granted() {
        return granted;
    }

    @Override
    public void grant(long bytesPerSecond) {
        granted = bytesPerSecond;
        session.cap(bytesPerSecond);
    }
}

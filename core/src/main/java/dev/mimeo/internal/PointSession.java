package dev.mimeo.internal;

import dev.mimeo.Deployment;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.directory.Listing;
import dev.mimeo.protocol.session.SessionText;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A session as its point keeps it. Confined to the thread of the point, but for what is final. */
final class PointSession implements RateShares.Sharer {
    /** How often the directory is told how many have joined. */
    private static final long NEWS_NANOS = 1_000_000_000;
    /** A lane whose receivers have so much of the image may end before another one has come. */
    private static final double LATE = 0.9;

    final Deployment deployment;
    final SteeredSession session;
    final DefaultImageSender sender;
    /** From 1 on; sessions behind the first are for those that lag there. */
    final int lane;

    private CompletableFuture<PointSession> next = CompletableFuture.failedFuture(new IllegalStateException());
    private long granted;
    private TransferPhase listedPhase = TransferPhase.PREPARING;
    private Optional<Listing> listing = Optional.empty();
    private long nextNewsNanos;

    /** {@code before}: the session of which this is the next lane; both are of one deployment. */
    PointSession(
            Deployment deployment, SteeredSession session, DefaultImageSender sender, Optional<PointSession> before) {
        this.deployment = before.map(each -> each.deployment).orElse(deployment);
        this.session = session;
        this.sender = sender;
        this.lane = before.map(each -> each.lane + 1).orElse(1);
    }

    /** Returns what the next lane is called, by the name of the deployment. */
    String nextName(String name) {
        return SessionText.fit((name.isEmpty() ? "" : name + ", ") + "lane " + (lane + 1));
    }

    /** Returns the next lane, which {@code opener} opens unless there is one that has much to do still. */
    CompletableFuture<PointSession> next(Supplier<CompletableFuture<PointSession>> opener) {
        boolean usable = !next.isDone()
                || !next.isCompletedExceptionally() && next.join().isOpenToMore();
        next = usable ? next : opener.get();
        return next;
    }

    /** Returns whether who comes here now does not come at the end. */
    private boolean isOpenToMore() {
        return !session.completion().isDone()
                && (!isSending()
                        || session.view().receivers().stream()
                                .anyMatch(each -> !each.state().isSettled() && each.fraction() < LATE));
    }

    /** Returns what to list of it now, if there is news: of a first lane only, where everybody is to begin. */
    Optional<Listing> news(long nowNanos) {
        if (lane > 1) {
            return Optional.empty();
        }
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
    public int weight() {
        return lane == 1 ? RateShares.WHOLE : 1;
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

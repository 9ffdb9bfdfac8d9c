package dev.mimeo.examples;

import dev.mimeo.Progress;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SessionView;
import dev.mimeo.TransferPhase;
import dev.mimeo.examples.Snapshot.Stage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Watches one session: makes of one look after the other what is shown of it. Keeps as many seats as the session has receivers,
 * and {@value RateHistory#MOST} points of history. Reads no clock. Confined to one thread.
 */
final class SessionWatch {
    /** A session in which nothing moves for so long has stalled; receivers report every second or more rarely. */
    static final Duration STALL = Duration.ofSeconds(10);
    /** A seat that was not heard for so long is worth a look. */
    static final Duration SILENCE = Duration.ofSeconds(15);

    private static final Duration RATE_WINDOW = Duration.ofSeconds(2);

    private final RateHistory history = new RateHistory();
    private final Map<String, Pace> paces = new HashMap<>();
    private final Deque<RateHistory.Point> recent = new ArrayDeque<>();
    private long moved;
    private long movedNanos;

    /**
     * Looks once.
     *
     * @param ended empty while the session runs; then why it ended, or an empty text if it has run to its end
     * @param nanos since the first look; never less than before
     */
    Snapshot look(SessionView view, Progress progress, Optional<String> ended, long nanos) {
        note(view, progress, nanos);
        List<Seat> seats = seats(view, ended.isPresent());
        Duration still = Duration.ofNanos(nanos - movedNanos);
        Stage stage = stage(view, ended, still, seats);
        return new Snapshot(
                view,
                progress,
                stage,
                Duration.ofNanos(nanos),
                still,
                ended.isPresent() ? 0 : recent.getLast().bitsPerSecondSince(recent.getFirst()),
                seats.stream()
                        .filter(seat -> seat.kind() == Seat.Kind.RUNNING)
                        .mapToDouble(seat -> seat.status().lossRatio())
                        .max()
                        .orElse(0),
                remaining(stage, progress, seats),
                seats.stream().filter(Seat::limits).map(Seat::label).findFirst(),
                ended.orElse(""),
                seats,
                RateChart.of(history.points()));
    }

    private void note(SessionView view, Progress progress, long nanos) {
        // By the time of the session: what it says of itself is up to a quarter of a second old, which would bend the
        // rate.
        RateHistory.Point now =
                new RateHistory.Point(view.elapsed().toNanos(), view.sentBytes(), view.repairBytes(), view.wireBytes());
        history.add(now);
        recent.add(now);
        while (now.nanos() - recent.getFirst().nanos() > RATE_WINDOW.toNanos() && recent.size() > 2) {
            recent.removeFirst();
        }
        long verified = view.receivers().stream()
                .mapToLong(ReceiverStatus::verifiedBytes)
                .sum();
        long next = progress.bytes() + view.sentBytes() + view.repairBytes() + verified;
        if (next != moved || view.isHeld() || view.phase().compareTo(TransferPhase.TRANSFERRING) < 0) {
            moved = next;
            movedNanos = nanos;
        }
    }

    private List<Seat> seats(SessionView view, boolean ended) {
        Map<String, Pace> known = Map.copyOf(paces);
        paces.clear();
        return view.receivers().stream()
                .map(status -> {
                    Pace pace = known.getOrDefault(status.id(), new Pace(status.heardAfter(), received(status), 0))
                            .next(status);
                    paces.put(status.id(), pace);
                    boolean isRunning = !ended && !status.state().isSettled();
                    return new Seat(
                            status,
                            Quantities.printable(status.name().isBlank() ? status.id() : status.name()),
                            isRunning ? pace.bitsPerSecond() : 0,
                            Optional.of(view.elapsed().minus(status.heardAfter()))
                                    .filter(silence -> isRunning && silence.compareTo(SILENCE) >= 0),
                            isRunning
                                    && view.limitedBy()
                                            .filter(status.id()::equals)
                                            .isPresent());
                })
                .sorted(Seat.WORST_FIRST)
                .toList();
    }

    private static Stage stage(SessionView view, Optional<String> ended, Duration still, List<Seat> seats) {
        if (ended.isPresent()) {
            boolean isComplete = ended.get().isEmpty()
                    && seats.stream().anyMatch(seat -> seat.kind() == Seat.Kind.DONE)
                    && seats.stream()
                            .noneMatch(seat -> seat.kind() == Seat.Kind.MISSING || seat.kind() == Seat.Kind.RUNNING);
            return isComplete ? Stage.COMPLETE : Stage.INCOMPLETE;
        }
        if (view.isHeld()) {
            return Stage.HELD;
        }
        boolean stalled = still.compareTo(STALL) >= 0;
        return switch (view.phase()) {
            case PREPARING -> Stage.PREPARING;
            case WAITING, CHECKING -> Stage.WAITING;
            case TRANSFERRING -> stalled ? Stage.STALLED : Stage.SENDING;
            case COMPLETING, FINISHED -> stalled ? Stage.STALLED : Stage.REPAIRING;
        };
    }

    private static Optional<Duration> remaining(Stage stage, Progress progress, List<Seat> seats) {
        return switch (stage) {
            case PREPARING, SENDING ->
                progress.phase() == TransferPhase.WAITING ? Optional.empty() : progress.remaining();
            case REPAIRING ->
                seats.stream()
                        .filter(seat -> seat.bitsPerSecond() > 0)
                        .map(seat -> Duration.ofSeconds(8
                                * (seat.status().totalBytes() - seat.status().verifiedBytes())
                                / seat.bitsPerSecond()))
                        .max(Comparator.naturalOrder());
            case WAITING, STALLED, HELD, COMPLETE, INCOMPLETE -> Optional.empty();
        };
    }

    /** What its target held before has not come from here. */
    private static long received(ReceiverStatus status) {
        return Math.max(0, status.verifiedBytes() - status.presentBytes());
    }

    /** How fast a seat is, by what it reported and when it was heard. */
    private record Pace(Duration heard, long received, long bitsPerSecond) {
        Pace next(ReceiverStatus status) {
            Duration time = status.heardAfter().minus(heard);
            if (time.compareTo(RATE_WINDOW) < 0) {
                return this;
            }
            long bytes = Math.max(0, SessionWatch.received(status) - received);
            return new Pace(status.heardAfter(), SessionWatch.received(status), (long) (8e9 * bytes / time.toNanos()));
        }
    }
}

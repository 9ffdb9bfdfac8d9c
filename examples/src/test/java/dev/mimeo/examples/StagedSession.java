package dev.mimeo.examples;

import dev.mimeo.Dismissal;
import dev.mimeo.DroppedDatagrams;
import dev.mimeo.ImageDescription;
import dev.mimeo.ImageFlag;
import dev.mimeo.ImageSession;
import dev.mimeo.MulticastGroup;
import dev.mimeo.Progress;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SendReport;
import dev.mimeo.SessionView;
import dev.mimeo.StartPolicy;
import dev.mimeo.TransferPhase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A session that says what a test wants it to, writes down what it is asked for, and sends nobody away but on its own list. The
 * image has 1,000 MB. Looked at by any thread; changed by one.
 */
final class StagedSession implements ImageSession {
    static final long LENGTH = 1_000_000_000;

    final CompletableFuture<SendReport> end = new CompletableFuture<>();
    final List<String> asked = new CopyOnWriteArrayList<>();
    volatile TransferPhase phase = TransferPhase.WAITING;
    volatile boolean held;
    volatile Duration elapsed = Duration.ZERO;
    volatile Optional<String> limitedBy = Optional.empty();
    volatile long sent;
    volatile long repaired;
    volatile long speed;
    volatile List<ReceiverStatus> receivers = new CopyOnWriteArrayList<>();

    static ReceiverStatus receiver(
            int id,
            String name,
            ReceiverStatus.State state,
            long verified,
            double loss,
            Duration heard,
            String detail) {
        return new ReceiverStatus(
                String.format("%08x", id),
                name,
                "10.0.0." + id % 250,
                state,
                verified,
                LENGTH,
                0,
                0,
                loss,
                Duration.ZERO,
                heard,
                detail);
    }

    void seat(int id, String name, ReceiverStatus.State state, long verified) {
        receivers.add(receiver(id, name, state, verified, 0, elapsed, ""));
    }

    @Override
    public String id() {
        return "5e550001";
    }

    @Override
    public String name() {
        return "";
    }

    @Override
    public MulticastGroup group() {
        return MulticastGroup.of("239.192.7.1", 6003);
    }

    @Override
    public SessionView view() {
        return new SessionView(
                id(),
                name(),
                group(),
                Optional.of(new ImageDescription(
                        "lab <b>.img",
                        "7",
                        LENGTH,
                        "cd".repeat(32),
                        "ab".repeat(32),
                        Set.of(ImageFlag.ALLOW_MULTICAST),
                        0,
                        Optional.empty(),
                        Optional.empty())),
                phase,
                StartPolicy.receivers(2),
                held,
                elapsed,
                800_000_000,
                limitedBy,
                sent,
                LENGTH,
                repaired,
                (sent + repaired) * 104 / 100,
                0,
                DroppedDatagrams.NONE,
                receivers);
    }

    @Override
    public Progress progress() {
        return new Progress(phase, sent, LENGTH, speed, elapsed, receivers.size(), 0, 0);
    }

    @Override
    public CompletableFuture<SendReport> completion() {
        return end;
    }

    @Override
    public void startNow() {
        asked.add("start");
    }

    @Override
    public void startWhen(StartPolicy policy) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void hold() {
        asked.add("hold");
    }

    @Override
    public void resume() {
        asked.add("resume");
    }

    @Override
    public void dismiss(String receiverId, Dismissal dismissal) {
        asked.add("dismiss " + receiverId + " " + dismissal.action());
        receivers = receivers.stream()
                .map(each -> each.id().equals(receiverId)
                        ? receiver(
                                Integer.parseInt(receiverId, 16),
                                each.name(),
                                ReceiverStatus.State.DISMISSED,
                                each.verifiedBytes(),
                                0,
                                elapsed,
                                dismissal.reason())
                        : each)
                .toList();
    }

    @Override
    public void cancel() {
        asked.add("cancel");
        end.cancel(false);
    }

    @Override
    public SendReport await() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SendReport await(Duration atMost) {
        throw new UnsupportedOperationException();
    }
}

package dev.mimeo.examples;

import dev.mimeo.GroupKey;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageTarget;
import dev.mimeo.Progress;
import dev.mimeo.ReceiveReport;
import dev.mimeo.Transfer;
import dev.mimeo.TransferException;
import dev.mimeo.TransferListener;
import dev.mimeo.TransferPhase;
import dev.mimeo.testkit.FaultyNetwork;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

/** One receiver of the demo. */
final class DemoSeat implements AutoCloseable {
    private static final Duration LONGEST_END = Duration.ofSeconds(30);

    private final String name;
    private final Path target;
    private final ImageReceiver receiver;
    private final Transfer<ReceiveReport> transfer;
    private Optional<ReceiveReport> report = Optional.empty();
    private Optional<Exception> failure = Optional.empty();

    private DemoSeat(String name, Path target, ImageReceiver receiver) {
        this.name = name;
        this.target = target;
        this.receiver = receiver;
        this.transfer = receiver.receive(ImageTarget.of(target));
    }

    static DemoSeat open(FaultyNetwork network, int seat, Path target, Optional<GroupKey> key, Display display)
            throws IOException {
        String name = target.getFileName().toString().replace(".img", "");
        ImageReceiver.Builder builder = ImageReceiver.from(network.seatGroup(seat));
        key.ifPresent(builder::groupKey);
        ImageReceiver receiver = builder.networkInterface(network.networkInterface())
                .timeToLive(0)
                .name(name)
                .listener(new Shown(name, display))
                .open();
        return new DemoSeat(name, target, receiver);
    }

    /** Waits until the receiver has ended, well or not. */
    void end() throws InterruptedException {
        try {
            report = Optional.of(transfer.await(LONGEST_END));
        } catch (TransferException | TimeoutException | CancellationException e) {
            failure = Optional.of(e);
        }
    }

    /** Reads what the receiver has stored, says whether it is what was sent, and returns what that means. */
    ExitCode compare(String expected, Display display, Optional<PrintWriter> json) throws IOException {
        if (report.isEmpty()) {
            String message = failure.map(Words::failure).orElse("it has not ended");
            display.say("  " + name + "  failed: " + message);
            return failure.map(cause -> ExitCode.of(cause, true)).orElse(ExitCode.INCOMPLETE);
        }
        String found = Sha256.of(target);
        boolean same = found.equals(expected);
        display.say("  " + name + "  sha256 " + found + (same ? "  the same" : "  NOT THE SAME"));
        json.ifPresent(out -> out.println(
                Json.event("compared").put("name", name).put("sha256", found).put("same", same)));
        return same ? ExitCode.VERIFIED : ExitCode.REFUSED;
    }

    @Override
    public void close() {
        receiver.close();
    }

    /** Shows how far a receiver is. */
    private static final class Shown implements TransferListener {
        private final String name;
        private final Display display;
        private Optional<Display.Track> track = Optional.empty();

        Shown(String name, Display display) {
            this.name = name;
            this.display = display;
        }

        @Override
        public void phaseChanged(TransferPhase phase) {
            if (phase == TransferPhase.TRANSFERRING) {
                track = Optional.of(display.track(name));
            } else if (phase == TransferPhase.FINISHED) {
                track.ifPresent(Display.Track::end);
            }
        }

        @Override
        public void progress(Progress progress) {
            track.ifPresent(shown -> shown.show(progress));
        }
    }
}

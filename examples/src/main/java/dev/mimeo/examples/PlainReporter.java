package dev.mimeo.examples;

import static dev.mimeo.examples.Quantities.bytes;
import static dev.mimeo.examples.Quantities.printable;
import static dev.mimeo.examples.Quantities.share;

import dev.mimeo.ImageDescription;
import dev.mimeo.NormFile;
import dev.mimeo.NormReceiveReport;
import dev.mimeo.NormSendReport;
import dev.mimeo.Progress;
import dev.mimeo.ReceiveReport;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.RelayReport;
import dev.mimeo.SendReport;
import dev.mimeo.SessionAnnouncement;
import dev.mimeo.SessionView;
import dev.mimeo.TransferPhase;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells it to people. */
final class PlainReporter extends Reporter {
    private static final int RECEIVERS_SHOWN = 50;

    private final Display display;
    private Optional<Display.Track> track = Optional.empty();
    private String said = "";
    private TransferPhase upstream = TransferPhase.WAITING;
    private volatile Supplier<Optional<Snapshot>> session = Optional::empty;

    PlainReporter(Display display) {
        this.display = display;
    }

    @Override
    public void phaseChanged(TransferPhase phase) {
        super.phaseChanged(phase);
        switch (phase) {
            case PREPARING -> begin("hashing ");
            case WAITING -> {
                end();
                display.say("Waiting; Ctrl-C leaves.");
            }
            case CHECKING -> begin("checking");
            case TRANSFERRING -> begin("content ");
            case COMPLETING, FINISHED -> {}
        }
    }

    @Override
    public void announced(SessionAnnouncement announcement) {
        String line = Words.announcement(announcement);
        if (announcement.phase().compareTo(TransferPhase.TRANSFERRING) < 0 && !line.equals(said)) {
            said = line;
            display.say(line);
        }
    }

    @Override
    public void described(ImageDescription image) {
        super.described(image);
        display.say("The image is " + Words.image(image) + ", " + Words.identity(image));
        Words.signature(image).ifPresent(display::say);
    }

    @Override
    public void refused(String reason) {
        display.say(printable(reason) + " Still listening for another sender.");
    }

    @Override
    public void receiverJoined(ReceiverStatus receiver) {
        display.say("  joined    " + Words.receiver(receiver));
    }

    @Override
    public void progress(Progress progress) {
        super.progress(progress);
        track.ifPresent(shown -> shown.show(progress, session.get()));
    }

    @Override
    void watch(Watching watching) {
        session = () -> watching.latest().stream().findFirst();
    }

    @Override
    void sendEnded(SendReport report, boolean verified) {
        end();
        sayVerdicts(report.receivers());
        saySent(report.image().length(), report.elapsed(), report.sourceBytes(), report.repairBytes());
        display.say(report.verifiedCount() + " of " + report.receivers().size() + " receivers have verified "
                + Words.image(report.image()));
        if (report.receivers().isEmpty()) {
            display.say("Nobody reported to have it.");
        }
        if (!report.sourceFault().isEmpty()) {
            display.say("The source is at fault: " + printable(report.sourceFault()));
        }
        display.say(Words.identity(report.image()));
    }

    @Override
    void receiveEnded(ReceiveReport report) {
        end();
        display.say("Verified " + Words.image(report.image()) + ": "
                + Words.speed(report.image().length(), transferTime(report.elapsed())));
        if (report.presentBytes() > 0) {
            display.say(bytes(report.presentBytes()) + " of it were there already.");
        }
        if (report.paths().size() == 1) {
            display.say(Words.identity(report.image()) + "  " + report.path());
        } else {
            display.say(Words.identity(report.image()));
            report.paths().forEach(path -> display.say("  " + path));
        }
    }

    @Override
    void upstream(Progress progress) {
        if (progress.phase() != upstream) {
            upstream = progress.phase();
            display.say("Upstream: " + JsonReporter.lowerCase(upstream) + ", " + bytes(progress.bytes()) + " of "
                    + bytes(progress.totalBytes()) + " are here.");
        }
    }

    @Override
    void relayEnded(RelayReport report, boolean verified) {
        report.received().ifPresentOrElse(this::sayKept, () -> display.say("All of it was here already."));
        report.sent().forEach(session -> sendEnded(session, verified));
    }

    private void sayKept(ReceiveReport report) {
        display.say("Received from upstream: " + bytes(report.image().length() - report.presentBytes()) + "; "
                + bytes(report.presentBytes()) + " were here already.");
    }

    @Override
    void sendEnded(NormSendReport report) {
        end();
        sayVerdicts(report.receivers());
        saySent(report.bytes(), report.elapsed(), report.sourceBytes(), report.repairBytes());
        long acknowledged = report.receivers().stream()
                .filter(receiver -> receiver.state() == ReceiverStatus.State.ACKNOWLEDGED)
                .count();
        display.say(
                report.receivers().isEmpty()
                        ? "Nobody was asked to acknowledge."
                        : acknowledged + " of " + report.receivers().size()
                                + " receivers have acknowledged: complete, unverified.");
    }

    @Override
    void stored(NormFile file, String sha256) {
        end();
        display.say("sha256 " + sha256 + "  " + printable(file.path().toString()) + " (" + bytes(file.length()) + ")");
    }

    @Override
    void receiveEnded(NormReceiveReport report) {
        end();
        display.say(report.files().size() + " objects are complete, unverified: "
                + Words.speed(report.bytes(), transferTime(report.elapsed())));
    }

    private void sayVerdicts(List<ReceiverStatus> receivers) {
        receivers.stream()
                .sorted(Comparator.comparing(ReceiverStatus::name).thenComparing(ReceiverStatus::id))
                .filter(receiver ->
                        receiver.state() != ReceiverStatus.State.VERIFIED || receivers.size() <= RECEIVERS_SHOWN)
                .forEach(receiver -> display.say("  " + Words.receiver(receiver) + "  " + Words.verdict(receiver)));
    }

    private void saySent(long bytes, Duration elapsed, long sourceBytes, long repairBytes) {
        display.say("Sent " + Words.speed(bytes, transferTime(elapsed)) + "; repairs " + bytes(repairBytes)
                + (sourceBytes == 0 ? "" : " (" + share((double) repairBytes / sourceBytes) + ")"));
    }

    @Override
    void session(SessionView session) {
        display.say(Words.session(session));
        sayVerdicts(session.receivers());
    }

    @Override
    void served(List<SessionView> sessions, boolean verified) {
        sessions.forEach(this::session);
        display.say(
                sessions.isEmpty()
                        ? "Nobody asked for anything."
                        : verified ? "Everybody has it." : "Not everybody has it.");
    }

    @Override
    void failedWith(ExitCode code, String message) {
        end();
        if (isTransferring()) {
            display.say("Ended with " + bytes(latest().bytes()) + " of " + bytes(latest().totalBytes()) + ".");
        }
    }

    private void begin(String name) {
        end();
        track = Optional.of(display.track(name));
    }

    private void end() {
        track.ifPresent(Display.Track::end);
        track = Optional.empty();
    }
}

package dev.mimeo.examples;

import static dev.mimeo.examples.Quantities.bytes;
import static dev.mimeo.examples.Quantities.share;

import dev.mimeo.ImageDescription;
import dev.mimeo.Progress;
import dev.mimeo.ReceiveReport;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SendReport;
import dev.mimeo.SessionAnnouncement;
import dev.mimeo.TransferPhase;
import java.util.Comparator;
import java.util.Optional;

/** Tells it to people. */
final class PlainReporter extends Reporter {
    private static final int RECEIVERS_SHOWN = 50;

    private final Display display;
    private Optional<Display.Track> track = Optional.empty();
    private String said = "";

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
        display.say("The image is " + Words.image(image) + ", sha256 " + image.sha256());
    }

    @Override
    public void receiverJoined(ReceiverStatus receiver) {
        display.say("  joined    " + Words.receiver(receiver));
    }

    @Override
    public void progress(Progress progress) {
        super.progress(progress);
        track.ifPresent(shown -> shown.show(progress));
    }

    @Override
    void sendEnded(SendReport report, boolean verified) {
        end();
        report.receivers().stream()
                .sorted(Comparator.comparing(ReceiverStatus::name).thenComparing(ReceiverStatus::id))
                .filter(receiver -> receiver.state() != ReceiverStatus.State.VERIFIED
                        || report.receivers().size() <= RECEIVERS_SHOWN)
                .forEach(receiver -> display.say("  " + Words.receiver(receiver) + "  " + Words.verdict(receiver)));
        display.say("Sent " + Words.speed(report.image().length(), transferTime(report.elapsed())) + "; repairs "
                + bytes(report.repairBytes())
                + (report.sourceBytes() == 0
                        ? ""
                        : " (" + share((double) report.repairBytes() / report.sourceBytes()) + ")"));
        display.say(report.verifiedCount() + " of " + report.receivers().size() + " receivers have verified "
                + Words.image(report.image()));
        if (report.receivers().isEmpty()) {
            display.say("Nobody reported to have it.");
        }
        display.say("sha256 " + report.image().sha256());
    }

    @Override
    void receiveEnded(ReceiveReport report) {
        end();
        display.say("Verified " + Words.image(report.image()) + ": "
                + Words.speed(report.image().length(), transferTime(report.elapsed())));
        display.say("sha256 " + report.image().sha256() + "  " + report.path());
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

package dev.mimeo.examples;

import static dev.mimeo.examples.Quantities.bits;
import static dev.mimeo.examples.Quantities.bytes;
import static dev.mimeo.examples.Quantities.printable;
import static dev.mimeo.examples.Quantities.share;
import static dev.mimeo.examples.Quantities.time;

import dev.mimeo.DirectoryEntry;
import dev.mimeo.ImageDescription;
import dev.mimeo.MulticastGroup;
import dev.mimeo.Progress;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SessionAnnouncement;
import dev.mimeo.SessionView;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How we put things to people. */
final class Words {
    private Words() {}

    static String image(ImageDescription image) {
        String version = image.version().isEmpty() ? "" : " version " + printable(image.version());
        return printable(image.name()) + version + " (" + bytes(image.length()) + ")";
    }

    /** An image of several files has no SHA-256 that another program would print. */
    static String identity(ImageDescription image) {
        return image.sha256().isEmpty() ? "image " + image.id() : "sha256 " + image.sha256();
    }

    /** Says who signed an image; empty if that was not verified. */
    static Optional<String> signature(ImageDescription image) {
        String serial = image.serial() == 0 ? "" : ", serial " + image.serial();
        return image.signedBy().map(key -> "signed by key " + key + serial);
    }

    static String announcement(SessionAnnouncement announcement) {
        String name = announcement.sessionName().isEmpty() ? "a sender" : printable(announcement.sessionName());
        String image = announcement.imageLength() > 0 ? " with " + bytes(announcement.imageLength()) : "";
        String expected = announcement.expected() > 0 ? " of " + announcement.expected() : "";
        String start = announcement
                .startsIn()
                .map(time -> ", starts within " + time.toSeconds() + " s")
                .orElse("");
        return "Found " + name + image + "; " + announcement.joined() + expected + " joined" + start;
    }

    static String progress(Progress progress) {
        String share = String.format(Locale.ROOT, "%3.0f %%", 100 * progress.fraction());
        return share + "  " + bytes(progress.bytes()) + " of " + bytes(progress.totalBytes()) + "  " + motion(progress);
    }

    static String motion(Progress progress) {
        StringBuilder text = new StringBuilder(pace(progress));
        if (progress.lossRatio() > 0) {
            text.append("  loss ").append(share(progress.lossRatio()));
        }
        if (progress.settledReceivers() > 0) {
            text.append("  ").append(progress.settledReceivers()).append(" of ").append(progress.receivers());
            text.append(" receivers done");
        }
        return text.toString();
    }

    private static String pace(Progress progress) {
        return switch (progress.phase()) {
            case PREPARING -> "hashing  " + bytes(progress.bytesPerSecond()) + "/s";
            case WAITING -> "waiting";
            case CHECKING -> "checking what is there  " + bytes(progress.bytesPerSecond()) + "/s";
            case TRANSFERRING -> bits(8.0 * progress.bytesPerSecond());
            case COMPLETING -> "repairing";
            case FINISHED -> "done";
        };
    }

    /** Says what is worth knowing of a transfer beside how far it is, the most important first. */
    static List<String> facts(Progress progress, Optional<Snapshot> session) {
        List<String> facts = new ArrayList<>();
        facts.add(pace(progress).replace("  ", " "));
        session.map(Snapshot::remaining)
                .orElseGet(progress::remaining)
                .filter(time -> !time.isZero())
                .ifPresent(time -> facts.add(clock(time) + " left"));
        if (progress.receivers() > 0 && session.isPresent()) {
            facts.add(progress.settledReceivers() + "/" + progress.receivers() + " done");
        }
        session.map(each -> each.count(Seat.Kind.MISSING))
                .filter(missing -> missing > 0)
                .ifPresent(missing -> facts.add(missing + " failed"));
        if (progress.lossRatio() > 0) {
            facts.add("loss " + share(progress.lossRatio()));
        }
        session.map(each -> each.view().repairShare())
                .filter(repairs -> repairs > 0)
                .ifPresent(repairs -> facts.add("repairs " + share(repairs)));
        session.flatMap(Snapshot::limitedBy).ifPresent(label -> facts.add("limited by " + label));
        facts.add(bytes(progress.bytes()) + " of " + bytes(progress.totalBytes()));
        return facts;
    }

    /** Says which session it is. */
    static String title(Snapshot session) {
        String name =
                session.view().name().isBlank() ? "" : printable(session.view().name()) + ": ";
        return name + session.view().image().map(Words::image).orElse("an image that is being read") + " on "
                + session.view().group();
    }

    /** Says where a session is, in a sentence. */
    static String standing(Snapshot session) {
        int seats = session.seats().size();
        int done = session.count(Seat.Kind.DONE);
        return switch (session.stage()) {
            case PREPARING -> "Reads and hashes the image.";
            case WAITING -> "Waits for receivers. Start: " + session.view().startPolicy() + ".";
            case SENDING -> "Sends the image.";
            case REPAIRING -> "Everything was sent once; repairs what is missing.";
            case STALLED -> "Nothing has moved for " + session.still().toSeconds() + " s.";
            case HELD -> "Held by an operator.";
            case COMPLETE -> done == 1 ? "Ended: it has the image." : "Ended: all " + done + " have the image.";
            case INCOMPLETE ->
                "Ended: " + (seats == 0 ? "nobody took part" : done + " of " + seats + " have the image")
                        + (session.ended().isEmpty() ? "." : "; " + session.ended() + ".");
        };
    }

    /** Writes a duration as a clock does, {@code 1:05} or {@code 1:00:05}. */
    static String clock(Duration duration) {
        long seconds = duration.toSeconds();
        String minutes = String.format(Locale.ROOT, "%02d:%02d", seconds / 60 % 60, seconds % 60);
        return seconds < 3_600 ? minutes.replaceFirst("^0", "") : seconds / 3_600 + ":" + minutes;
    }

    static String receiver(ReceiverStatus receiver) {
        return receiver.name().isEmpty() ? receiver.id() : printable(receiver.name()) + " (" + receiver.id() + ")";
    }

    static String verdict(ReceiverStatus receiver) {
        String share = receiver.totalBytes() == 0
                ? ""
                : " at " + share((double) receiver.verifiedBytes() / receiver.totalBytes());
        String detail = receiver.detail().isEmpty() ? "" : ": " + printable(receiver.detail());
        return switch (receiver.state()) {
            case ASKING -> "asks to be admitted";
            case JOINED -> "joined, has nothing yet";
            case RECEIVING -> "still receives" + share;
            case VERIFIED -> "verified";
            case ACKNOWLEDGED -> "complete, unverified: a plain NORM receiver cannot tell";
            case INCOMPLETE -> "incomplete" + share + detail;
            case FAILED -> "failed" + share + detail;
            case LEFT -> "left" + share;
            case REFUSED -> "refused" + detail;
            case DISMISSED -> "sent away" + share + detail;
            case MOVED -> "went on in another lane" + share;
            case SILENT -> "fell silent" + share;
        };
    }

    static String session(SessionView session) {
        String image = session.image().map(Words::image).orElse("an image that is being read");
        String held = session.isHeld() ? ", held" : "";
        String limited = session.limitedBy().map(id -> ", limited by " + id).orElse("");
        return session.group() + "  " + image + "  " + phase(session) + held + "  "
                + session.receivers().size() + " receivers, " + session.count(ReceiverStatus.State.VERIFIED)
                + " verified, " + bits(session.bitsPerSecond()) + limited;
    }

    private static String phase(SessionView session) {
        return switch (session.phase()) {
            case PREPARING, CHECKING -> "hashing";
            case WAITING -> "waits: starts " + session.startPolicy();
            case TRANSFERRING ->
                "sends, "
                        + share(session.totalBytes() == 0 ? 1 : (double) session.sentBytes() / session.totalBytes())
                        + " out";
            case COMPLETING -> "repairs";
            case FINISHED -> "ended";
        };
    }

    /** Returns a group as an option takes it; empty if there is none. */
    static String group(Optional<MulticastGroup> group) {
        return group.map(each -> each.fromAnybody().toString()).orElse("");
    }

    /** Returns who alone is heard in a group; empty if that is anybody. */
    static String source(Optional<MulticastGroup> group) {
        return group.flatMap(MulticastGroup::source)
                .map(InetAddress::getHostAddress)
                .orElse("");
    }

    static String entry(DirectoryEntry entry) {
        String version = entry.imageVersion().isEmpty() ? "" : " version " + printable(entry.imageVersion());
        String image = printable(entry.imageName()) + version + " (" + bytes(entry.imageLength()) + ")";
        String session = entry.sessionName().isEmpty() ? "" : ", " + printable(entry.sessionName());
        String where = entry.group().map(group -> " on " + group).orElse("");
        String expected = entry.expected() > 0 ? " of " + entry.expected() : "";
        String state = entry.phase()
                .map(phase -> phase.name().toLowerCase(Locale.ROOT) + ", " + entry.joined() + expected + " joined")
                .orElse("offered: opens when somebody asks");
        return printable(entry.point()) + session + ": " + image + where + "  " + state;
    }

    /** Says what a failure says, on one line. */
    static String failure(Throwable cause) {
        String message = Optional.ofNullable(cause.getMessage()).orElse("");
        return message.isBlank() ? cause.toString() : printable(message.replaceAll("\\s*\\R\\s*", " "));
    }

    static String speed(long bytes, Duration elapsed) {
        double seconds = Quantities.seconds(elapsed);
        return bytes(bytes) + " in " + time(elapsed) + (seconds > 0 ? ", " + bits(8 * bytes / seconds) : "");
    }
}

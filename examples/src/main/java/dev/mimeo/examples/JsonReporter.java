package dev.mimeo.examples;

import static dev.mimeo.examples.Quantities.seconds;

import dev.mimeo.DroppedDatagrams;
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
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToLongFunction;

/** Tells it to programs: one JSON object per line, the last of which is the report. */
final class JsonReporter extends Reporter {
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

    private final PrintWriter out;
    private final Set<String> settled = new HashSet<>();
    private String found = "";
    /** What a relay has, as it was told last. */
    private Progress kept = Progress.NONE;

    JsonReporter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void announced(SessionAnnouncement announcement) {
        if (!found.equals(announcement.imageId())) {
            found = announcement.imageId();
            print(Json.event("joined")
                    .put("session", announcement.sessionName())
                    .put("image", announcement.imageId())
                    .put("total", announcement.imageLength())
                    .put("receivers", announcement.joined())
                    .put("expected", announcement.expected())
                    .put("bitsPerSecond", announcement.bitsPerSecond()));
        }
    }

    @Override
    public void refused(String reason) {
        print(Json.event("refused").put("message", reason));
    }

    @Override
    public void receiverJoined(ReceiverStatus receiver) {
        print(Json.event("joined").put("receiver", receiver.id()).put("name", receiver.name()));
        receiverChanged(receiver);
    }

    @Override
    public void receiverChanged(ReceiverStatus receiver) {
        if (!receiver.state().isSettled()) {
            print(receiver(Json.event("progress"), receiver));
        } else if (settled.add(receiver.id())) {
            print(receiver(Json.event(verdict(receiver.state())), receiver));
        }
    }

    @Override
    public void progress(Progress progress) {
        if (!isNews(progress)) {
            return;
        }
        super.progress(progress);
        print(Json.event("progress")
                .put("phase", lowerCase(progress.phase()))
                .put("bytes", progress.bytes())
                .put("total", progress.totalBytes())
                .put("bytesPerSecond", progress.bytesPerSecond())
                .put("elapsed", seconds(progress.elapsed()))
                .put("loss", progress.lossRatio())
                .put("receivers", progress.receivers())
                .put("settled", progress.settledReceivers()));
    }

    @Override
    void sendEnded(SendReport report, boolean verified) {
        print(image(Json.event("report"), report.image())
                .put("bytes", report.image().length())
                .put("seconds", seconds(transferTime(report.elapsed())))
                .put("elapsed", seconds(report.elapsed()))
                .put("verified", verified)
                .put("receivers", receivers(report.receivers()))
                .put("verifiedReceivers", report.verifiedCount())
                .put("wireBytes", report.wireBytes())
                .put("sourceBytes", report.sourceBytes())
                .put("redundancyBytes", report.redundancyBytes())
                .put("repairBytes", report.repairBytes())
                .put("nacks", report.nacks())
                .put("dropped", dropped(report.dropped()))
                .put("sourceFault", report.sourceFault()));
    }

    @Override
    void receiveEnded(ReceiveReport report) {
        String path = place(report.paths());
        print(image(Json.event("verified"), report.image()).put("path", path));
        print(image(Json.event("report"), report.image())
                .put("bytes", report.image().length())
                .put("seconds", seconds(transferTime(report.elapsed())))
                .put("elapsed", seconds(report.elapsed()))
                .put("verified", true)
                .put("receivers", List.of())
                .put("path", path)
                .put("presentBytes", report.presentBytes())
                .put("datagrams", report.datagrams())
                .put("wireBytes", report.wireBytes())
                .put("duplicates", report.duplicates())
                .put("nacks", report.nacks())
                .put("dropped", dropped(report.dropped())));
    }

    @Override
    void upstream(Progress progress) {
        if (progress.phase() == kept.phase() && progress.bytes() == kept.bytes()) {
            return;
        }
        kept = progress;
        print(Json.event("upstream")
                .put("phase", lowerCase(progress.phase()))
                .put("bytes", progress.bytes())
                .put("total", progress.totalBytes())
                .put("bytesPerSecond", progress.bytesPerSecond())
                .put("elapsed", seconds(progress.elapsed()))
                .put("loss", progress.lossRatio()));
    }

    @Override
    void relayEnded(RelayReport report, boolean verified) {
        SendReport first = report.sent().get(0);
        Json line = image(Json.event("report"), report.image())
                .put("bytes", report.image().length())
                .put("seconds", seconds(transferTime(first.elapsed())))
                .put("elapsed", seconds(first.elapsed()))
                .put("verified", verified)
                .put(
                        "receivers",
                        receivers(report.sent().stream()
                                .flatMap(each -> each.receivers().stream())
                                .toList()))
                .put("sessions", report.sent().size())
                .put("wireBytes", sum(report, SendReport::wireBytes))
                .put("sourceBytes", sum(report, SendReport::sourceBytes))
                .put("repairBytes", sum(report, SendReport::repairBytes))
                .put("nacks", sum(report, SendReport::nacks));
        report.received()
                .ifPresentOrElse(
                        received -> line.put("presentBytes", received.presentBytes())
                                .put("upstreamBytes", received.wireBytes())
                                .put("upstreamNacks", received.nacks()),
                        () -> line.put("presentBytes", report.image().length()).put("upstreamBytes", 0));
        print(line);
    }

    private static long sum(RelayReport report, ToLongFunction<SendReport> what) {
        return report.sent().stream().mapToLong(what).sum();
    }

    /** Returns where the image is; of several files, their directory. */
    private static String place(List<Path> paths) {
        return (paths.size() == 1 ? paths.get(0) : paths.get(0).getParent()).toString();
    }

    @Override
    void sendEnded(NormSendReport report) {
        print(Json.event("report")
                .put("objects", report.objects())
                .put("bytes", report.bytes())
                .put("seconds", seconds(transferTime(report.elapsed())))
                .put("elapsed", seconds(report.elapsed()))
                .put("verified", false)
                .put("complete", report.isAcknowledgedByAll())
                .put("receivers", receivers(report.receivers()))
                .put("wireBytes", report.wireBytes())
                .put("sourceBytes", report.sourceBytes())
                .put("redundancyBytes", report.redundancyBytes())
                .put("repairBytes", report.repairBytes())
                .put("nacks", report.nacks()));
    }

    @Override
    void stored(NormFile file, String sha256) {
        print(Json.event("stored")
                .put("name", file.name())
                .put("path", file.path().toString())
                .put("bytes", file.length())
                .put("sha256", sha256)
                .put("file", file.isFile())
                .put("object", file.objectId()));
    }

    @Override
    void receiveEnded(NormReceiveReport report) {
        print(Json.event("report")
                .put("objects", report.files().size())
                .put("bytes", report.bytes())
                .put("seconds", seconds(transferTime(report.elapsed())))
                .put("elapsed", seconds(report.elapsed()))
                .put("verified", false)
                .put("complete", true)
                .put("receivers", List.of())
                .put("datagrams", report.datagrams())
                .put("wireBytes", report.wireBytes())
                .put("duplicates", report.duplicates())
                .put("nacks", report.nacks()));
    }

    @Override
    void failedWith(ExitCode code, String message) {
        print(Json.event(code == ExitCode.INCOMPLETE ? "incomplete" : "failed")
                .put("reason", lowerCase(code))
                .put("message", message));
        Json report = Json.event("report");
        image().ifPresentOrElse(image -> image(report, image), () -> report.put("sha256", ""));
        print(report.put("bytes", isTransferring() ? latest().bytes() : 0)
                .put("seconds", seconds(transferTime(latest().elapsed())))
                .put("elapsed", seconds(latest().elapsed()))
                .put("verified", false)
                .put("receivers", List.of())
                .put("reason", lowerCase(code))
                .put("message", message));
    }

    @Override
    void session(SessionView session) {
        print(describe(Json.event("session"), session).put("receivers", receivers(session.receivers())));
    }

    static Json describe(Json json, SessionView session) {
        json.put("session", session.id())
                .put("sessionName", session.name())
                .put("group", session.group().fromAnybody().toString());
        session.image().ifPresent(image -> image(json, image).put("total", image.length()));
        return json.put("phase", lowerCase(session.phase()))
                .put("start", session.startPolicy().toString())
                .put("held", session.isHeld())
                .put("elapsed", seconds(session.elapsed()))
                .put("bitsPerSecond", session.bitsPerSecond())
                .put("limitedBy", session.limitedBy().orElse(""))
                .put("sentBytes", session.sentBytes())
                .put("repairBytes", session.repairBytes())
                .put("wireBytes", session.wireBytes())
                .put("nacks", session.nacks())
                .put("dropped", dropped(session.dropped()))
                .put("verifiedCount", session.count(ReceiverStatus.State.VERIFIED));
    }

    @Override
    void served(List<SessionView> sessions, boolean verified) {
        List<Json> lines = new ArrayList<>();
        sessions.forEach(each -> lines.add(describe(new Json(), each).put("receivers", receivers(each.receivers()))));
        print(Json.event("report").put("verified", verified).put("sessions", lines));
    }

    private boolean isNews(Progress progress) {
        Progress last = latest();
        return progress.phase() != last.phase()
                || progress.bytes() != last.bytes()
                || progress.receivers() != last.receivers()
                || progress.settledReceivers() != last.settledReceivers()
                || progress.elapsed().minus(last.elapsed()).compareTo(LONGEST_SILENCE) >= 0;
    }

    private void print(Json line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }

    private static String verdict(ReceiverStatus.State state) {
        return switch (state) {
            case VERIFIED -> "verified";
            case ACKNOWLEDGED -> "acknowledged";
            case FAILED -> "failed";
            case REFUSED -> "refused";
            case DISMISSED -> "dismissed";
            case MOVED -> "moved";
            case INCOMPLETE, LEFT, SILENT, ASKING, JOINED, RECEIVING -> "incomplete";
        };
    }

    private static List<Json> receivers(List<ReceiverStatus> receivers) {
        return receivers.stream().map(each -> receiver(new Json(), each)).toList();
    }

    static Json receiver(Json json, ReceiverStatus receiver) {
        return json.put("receiver", receiver.id())
                .put("name", receiver.name())
                .put("state", lowerCase(receiver.state()))
                .put("bytes", receiver.verifiedBytes())
                .put("total", receiver.totalBytes())
                .put("loss", receiver.lossRatio())
                .put("address", receiver.address())
                .put("presentBytes", receiver.presentBytes())
                .put("storageLag", receiver.storageLagBytes())
                .put("joinedAfter", seconds(receiver.joinedAfter()))
                .put("detail", receiver.detail());
    }

    private static Json dropped(DroppedDatagrams dropped) {
        return new Json()
                .put("malformed", dropped.malformed())
                .put("foreign", dropped.foreign())
                .put("unauthentic", dropped.unauthentic())
                .put("replayed", dropped.replayed())
                .put("untried", dropped.untried())
                .put("overrun", dropped.overrun());
    }

    private static Json image(Json json, ImageDescription image) {
        json.put("name", image.name())
                .put("version", image.version())
                .put("image", image.id())
                .put("sha256", image.sha256());
        if (image.serial() != 0) {
            json.put("serial", image.serial());
        }
        image.signedBy().ifPresent(key -> json.put("signedBy", key));
        return json;
    }

    static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}

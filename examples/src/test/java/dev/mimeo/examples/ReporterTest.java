package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.DroppedDatagrams;
import dev.mimeo.ImageDescription;
import dev.mimeo.ImageFlag;
import dev.mimeo.NormFile;
import dev.mimeo.NormReceiveReport;
import dev.mimeo.NormSendReport;
import dev.mimeo.Progress;
import dev.mimeo.ReceiveReport;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SendReport;
import dev.mimeo.SessionAnnouncement;
import dev.mimeo.TransferPhase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReporterTest {
    private static final String DROPPED =
            "\"dropped\":{\"malformed\":1,\"foreign\":2,\"unauthentic\":3,\"replayed\":4,\"untried\":0,\"overrun\":5}";
    private static final String HASH = "ab".repeat(32);
    private static final ImageDescription IMAGE = new ImageDescription(
            "lab.img",
            "7",
            1 << 20,
            "cd".repeat(32),
            HASH,
            Set.of(ImageFlag.ALLOW_MULTICAST),
            0,
            Optional.empty(),
            Optional.empty());

    private final StringWriter text = new StringWriter();
    private final PrintWriter out = new PrintWriter(text);

    @Test
    void aSendingIsToldToPrograms() {
        Reporter reporter = new JsonReporter(out);
        send(reporter);
        assertThat(text.toString()
                        .replaceFirst("\"seconds\":0\\.[0-9]+", "\"seconds\":0.000")
                        .lines())
                .containsExactly(
                        "{\"event\":\"joined\",\"receiver\":\"00000001\",\"name\":\"seat \\u001b1\"}",
                        "{\"event\":\"progress\",\"receiver\":\"00000001\",\"name\":\"seat \\u001b1\",\"state\":\"joined\","
                                + "\"bytes\":0,\"total\":0,\"loss\":0.000,\"address\":\"10.0.0.7\",\"presentBytes\":0,\"storageLag\":0,\"joinedAfter\":0.000,\"detail\":\"\"}",
                        "{\"event\":\"progress\",\"phase\":\"transferring\",\"bytes\":524288,\"total\":1048576,"
                                + "\"bytesPerSecond\":1000000,\"elapsed\":3.000,\"loss\":0.020,\"receivers\":2,"
                                + "\"settled\":0}",
                        "{\"event\":\"verified\",\"receiver\":\"00000001\",\"name\":\"seat \\u001b1\","
                                + "\"state\":\"verified\",\"bytes\":1048576,\"total\":1048576,\"loss\":0.020,\"address\":\"10.0.0.7\",\"presentBytes\":0,\"storageLag\":0,\"joinedAfter\":0.000,\"detail\":\"\"}",
                        "{\"event\":\"failed\",\"receiver\":\"00000002\",\"name\":\"\",\"state\":\"failed\",\"bytes\":1024,"
                                + "\"total\":1048576,\"loss\":0.000,\"address\":\"10.0.0.7\",\"presentBytes\":0,\"storageLag\":0,\"joinedAfter\":0.000,\"detail\":\"no space left\"}",
                        "{\"event\":\"report\",\"name\":\"lab.img\",\"version\":\"7\",\"image\":\"" + IMAGE.id()
                                + "\",\"sha256\":\"" + HASH
                                + "\",\"bytes\":1048576,\"seconds\":0.000,\"elapsed\":4.500,"
                                + "\"verified\":false,\"receivers\":[{\"receiver\":\"00000001\",\"name\":\"seat \\u001b1\","
                                + "\"state\":\"verified\",\"bytes\":1048576,\"total\":1048576,\"loss\":0.020,\"address\":\"10.0.0.7\",\"presentBytes\":0,\"storageLag\":0,\"joinedAfter\":0.000,\"detail\":\"\"},"
                                + "{\"receiver\":\"00000002\",\"name\":\"\",\"state\":\"failed\",\"bytes\":1024,"
                                + "\"total\":1048576,\"loss\":0.000,\"address\":\"10.0.0.7\",\"presentBytes\":0,\"storageLag\":0,\"joinedAfter\":0.000,\"detail\":\"no space left\"}],"
                                + "\"verifiedReceivers\":1,\"wireBytes\":1100000,\"sourceBytes\":1000000,"
                                + "\"redundancyBytes\":0,\"repairBytes\":20000,\"nacks\":5," + DROPPED
                                + ",\"sourceFault\":\"\"}");
    }

    @Test
    void aSendingIsToldToPeople() {
        Reporter reporter = new PlainReporter(Display.on(out, false));
        send(reporter);
        assertThat(text.toString())
                .contains("joined    seat ?1 (00000001)")
                .contains(" 50 %  512 KiB of 1 MiB  8 Mbit/s  loss 2.0 %")
                .contains("seat ?1 (00000001)  verified")
                .contains("00000002  failed at 0.1 %: no space left")
                .contains("1 of 2 receivers have verified lab.img version 7 (1 MiB)")
                .contains("repairs 19.5 KiB (2.0 %)")
                .contains("sha256 " + HASH);
    }

    @Test
    void aReceptionIsToldToPrograms() {
        Reporter reporter = new JsonReporter(out);
        receive(reporter);
        assertThat(text.toString().lines())
                .containsExactly(
                        "{\"event\":\"joined\",\"session\":\"room 7\",\"image\":\"cd\",\"total\":1048576,\"receivers\":3,"
                                + "\"expected\":20,\"bitsPerSecond\":8000000}",
                        "{\"event\":\"verified\",\"name\":\"lab.img\",\"version\":\"7\",\"image\":\"" + IMAGE.id()
                                + "\",\"sha256\":\"" + HASH + "\",\"path\":\"lab.img\"}",
                        "{\"event\":\"report\",\"name\":\"lab.img\",\"version\":\"7\",\"image\":\"" + IMAGE.id()
                                + "\",\"sha256\":\"" + HASH
                                + "\",\"bytes\":1048576,\"seconds\":4.500,\"elapsed\":4.500,"
                                + "\"verified\":true,\"receivers\":[],\"path\":\"lab.img\",\"presentBytes\":262144,"
                                + "\"datagrams\":800,\"wireBytes\":1100000,\"duplicates\":3,\"nacks\":2," + DROPPED
                                + "}");
    }

    @Test
    void aReceptionIsToldToPeople() {
        Reporter reporter = new PlainReporter(Display.on(out, false));
        receive(reporter);
        assertThat(text.toString())
                .contains("Found room 7 with 1 MiB; 3 of 20 joined, starts within 42 s")
                .containsOnlyOnce("Found")
                .contains("Verified lab.img version 7 (1 MiB): 1 MiB in 4.5 s")
                .contains("sha256 " + HASH + "  lab.img");
    }

    @Test
    void plainNormIsNeverCalledVerified() {
        for (Reporter reporter : List.of(new JsonReporter(out), new PlainReporter(Display.on(out, false)))) {
            ReceiverStatus acknowledged = receiver("00000009", "", ReceiverStatus.State.ACKNOWLEDGED, 0, 0, 0, "");
            reporter.sendEnded(new NormSendReport(
                    2, 1 << 20, List.of(acknowledged), Duration.ofMillis(4500), 1_100_000, 1_000_000, 0, 20_000, 5));
            NormFile file = new NormFile(Path.of("in/lab.img"), "lab.img", 1 << 20, true, 17);
            reporter.stored(file, HASH);
            reporter.receiveEnded(new NormReceiveReport(List.of(file), Duration.ofMillis(4500), 800, 1_100_000, 3, 2));
        }
        assertThat(text.toString().lines())
                .containsExactly(
                        "{\"event\":\"report\",\"objects\":2,\"bytes\":1048576,\"seconds\":4.500,\"elapsed\":4.500,"
                                + "\"verified\":false,\"complete\":true,\"receivers\":[{\"receiver\":\"00000009\",\"name\":\"\","
                                + "\"state\":\"acknowledged\",\"bytes\":0,\"total\":0,\"loss\":0.000,\"address\":\"10.0.0.7\",\"presentBytes\":0,\"storageLag\":0,\"joinedAfter\":0.000,\"detail\":\"\"}],"
                                + "\"wireBytes\":1100000,\"sourceBytes\":1000000,\"redundancyBytes\":0,"
                                + "\"repairBytes\":20000,\"nacks\":5}",
                        "{\"event\":\"stored\",\"name\":\"lab.img\",\"path\":\"in/lab.img\",\"bytes\":1048576,"
                                + "\"sha256\":\"" + HASH + "\",\"file\":true,\"object\":17}",
                        "{\"event\":\"report\",\"objects\":1,\"bytes\":1048576,\"seconds\":4.500,\"elapsed\":4.500,"
                                + "\"verified\":false,\"complete\":true,\"receivers\":[],\"datagrams\":800,"
                                + "\"wireBytes\":1100000,\"duplicates\":3,\"nacks\":2}",
                        "  00000009  complete, unverified: a plain NORM receiver cannot tell",
                        "Sent 1 MiB in 4.5 s, 1.9 Mbit/s; repairs 19.5 KiB (2.0 %)",
                        "1 of 1 receivers have acknowledged: complete, unverified.",
                        "sha256 " + HASH + "  in/lab.img (1 MiB)",
                        "1 objects are complete, unverified: 1 MiB in 4.5 s, 1.9 Mbit/s");
    }

    @Test
    void whoSignedAnImageIsToldIfItWasVerified() {
        ImageDescription signed = new ImageDescription(
                IMAGE.name(),
                IMAGE.version(),
                IMAGE.length(),
                IMAGE.id(),
                HASH,
                IMAGE.flags(),
                7,
                Optional.empty(),
                Optional.of("ab".repeat(32)));
        Reporter json = new JsonReporter(out);
        json.refused("Image x is refused: it is not signed.");
        json.described(signed);
        json.failedWith(ExitCode.REFUSED, "no");
        Reporter plain = new PlainReporter(Display.on(out, false));
        plain.refused("Image x is refused: it is \u001bnot signed.");
        plain.described(signed);
        assertThat(text.toString())
                .contains("{\"event\":\"refused\",\"message\":\"Image x is refused: it is not signed.\"}")
                .contains("\"serial\":7,\"signedBy\":\"" + "ab".repeat(32) + "\"")
                .contains("Image x is refused: it is ?not signed. Still listening for another sender.")
                .contains("signed by key " + "ab".repeat(32) + ", serial 7");
    }

    @Test
    void aSenderLostHalfWayIsIncomplete() {
        Reporter reporter = new JsonReporter(out);
        reporter.described(IMAGE);
        reporter.phaseChanged(TransferPhase.TRANSFERRING);
        reporter.progress(progress());
        reporter.failedWith(ExitCode.INCOMPLETE, "the sender fell silent");
        assertThat(text.toString().lines().skip(1))
                .satisfiesExactly(
                        incomplete -> assertThat(incomplete)
                                .isEqualTo("{\"event\":\"incomplete\",\"reason\":\"incomplete\","
                                        + "\"message\":\"the sender fell silent\"}"),
                        report -> assertThat(report)
                                .startsWith("{\"event\":\"report\",\"name\":\"lab.img\"")
                                .containsOnlyOnce("\"sha256\":")
                                .contains("\"bytes\":524288,")
                                .contains("\"verified\":false,"));
    }

    private static void send(Reporter reporter) {
        ReceiverStatus.State verified = ReceiverStatus.State.VERIFIED;
        ReceiverStatus first = receiver("00000001", "seat \u001b1", verified, 1 << 20, 1 << 20, 0.02, "");
        ReceiverStatus second =
                receiver("00000002", "", ReceiverStatus.State.FAILED, 1024, 1 << 20, 0, "no space left");
        reporter.described(IMAGE);
        reporter.receiverJoined(receiver("00000001", "seat \u001b1", ReceiverStatus.State.JOINED, 0, 0, 0, ""));
        reporter.phaseChanged(TransferPhase.TRANSFERRING);
        reporter.progress(progress());
        reporter.receiverChanged(first);
        reporter.receiverChanged(first);
        reporter.receiverChanged(second);
        SendReport report = new SendReport(
                IMAGE,
                List.of(first, second),
                Duration.ofMillis(4500),
                1_100_000,
                1_000_000,
                0,
                20_000,
                5,
                new DroppedDatagrams(1, 2, 3, 4, 0, 5),
                "");
        reporter.sent(report);
        reporter.awaitLastEvent();
        reporter.sendEnded(report, false);
    }

    private static void receive(Reporter reporter) {
        SessionAnnouncement announcement = new SessionAnnouncement(
                "room 7", TransferPhase.WAITING, "cd", 1 << 20, 3, 20, Optional.of(Duration.ofSeconds(42)), 8_000_000);
        reporter.announced(announcement);
        reporter.announced(announcement);
        ReceiveReport report = new ReceiveReport(
                IMAGE,
                List.of(Path.of("lab.img")),
                Duration.ofMillis(4500),
                1 << 18,
                800,
                1_100_000,
                3,
                2,
                new DroppedDatagrams(1, 2, 3, 4, 0, 5));
        reporter.received(report);
        reporter.awaitLastEvent();
        reporter.receiveEnded(report);
    }

    private static Progress progress() {
        return new Progress(TransferPhase.TRANSFERRING, 1 << 19, 1 << 20, 1_000_000, Duration.ofSeconds(3), 2, 0, 0.02);
    }

    private static ReceiverStatus receiver(
            String id, String name, ReceiverStatus.State state, long verified, long total, double loss, String detail) {
        return new ReceiverStatus(
                id, name, "10.0.0.7", state, verified, total, 0, 0, loss, Duration.ZERO, Duration.ZERO, detail);
    }
}

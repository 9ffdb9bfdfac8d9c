package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every policy of the start and everything that an operator can do, once, each role in a process of its own. */
@Timeout(120)
class OperatorIT {
    private static final long LENGTH = (8 << 20) + 777;

    @TempDir
    Path directory;

    private Bench bench;
    private Path image;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(directory, LENGTH);
        image = bench.image("lab.img", LENGTH, 5);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    private List<Child> seats(int first, int last, String... options) {
        List<Child> seats = new ArrayList<>();
        for (int seat = first; seat <= last; seat++) {
            List<String> named = new ArrayList<>(List.of("--name", "seat-" + seat));
            named.addAll(List.of(options));
            seats.add(bench.receive(seat, bench.path("copy-" + seat), named.toArray(String[]::new)));
        }
        return seats;
    }

    private void assertVerified(int seat, Child receiver) throws Exception {
        assertThat(receiver.await()).as(receiver.toString()).isZero();
        assertThat(Bench.mismatch(image, bench.path("copy-" + seat))).isEqualTo(-1);
    }

    /** Two suffice where nothing is to be proven. */
    static Stream<String> policies() {
        return Stream.of(
                        "--min-receivers=2",
                        "--min-receivers=9 --quiet=2s",
                        "--max-wait=3s",
                        "--after-first=2s",
                        "--quiet=2s")
                .limit(Bench.IS_PROOF ? 5 : 2);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void everyPolicyStartsWhoeverIsThere(String policy) throws Exception {
        Child sender = bench.send(image, policy.split(" "));
        List<Child> seats = seats(1, 2);
        assertVerified(1, seats.get(0));
        assertVerified(2, seats.get(1));
        assertThat(sender.await())
                .as(sender.toString())
                .isEqualTo(policy.contains("9") ? ExitCode.INCOMPLETE.number() : 0);
    }

    @Test
    void aTimeOfTheClockStarts() throws Exception {
        String soon = LocalDateTime.now().plusSeconds(4).format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss"));
        Child sender = bench.send(image, "--at", soon);
        assertVerified(1, seats(1, 1).get(0));
        assertThat(LocalDateTime.now()).isAfter(LocalDateTime.parse(soon));
        assertThat(sender.await()).as(sender.toString()).isZero();
    }

    @Test
    void whoeverComesLaterJoinsTheStreamInProgress() throws Exception {
        Child sender = bench.send(image, "--operate", "--rate", "20M");
        Child early = seats(1, 1).get(0);
        sender.awaitLine("\"phase\":\"transferring\",\"bytes\":[1-9]");
        sender.type("hold");
        Child late = seats(2, 2).get(0);
        sender.awaitLine("\"event\":\"joined\".*seat-2");
        sender.type("resume");
        assertVerified(1, early);
        assertVerified(2, late);
        assertThat(sender.await()).as(sender.toString()).isZero();
        assertThat(sender.reported("sourceBytes")).isLessThan(LENGTH * 11 / 10);
    }

    @Test
    void startHoldAndResumeAreObeyed() throws Exception {
        Child sender = bench.send(image, "--hold", "--operate", "--rate", "20M");
        List<Child> seats = seats(1, 2);
        sender.awaitLine("\"event\":\"joined\".*seat-1");
        sender.awaitLine("\"event\":\"joined\".*seat-2");
        sender.type("status");
        sender.awaitLine("\"event\":\"session\".*\"phase\":\"waiting\".*\"start\":\"by hand\"");
        sender.type("start");
        sender.awaitLine("\"phase\":\"transferring\",\"bytes\":[1-9]");
        sender.type("hold");
        sender.type("status");
        sender.type("resume");
        assertVerified(1, seats.get(0));
        assertVerified(2, seats.get(1));
        assertThat(sender.await()).as(sender.toString()).isZero();
        assertThat(sender.toString()).contains("\"held\":true");
    }

    @ParameterizedTest
    @CsvSource({"kick,REFUSED", "handoff,FALL_BACK"})
    void whoeverIsSentAwayHearsHow(String command, ExitCode code) throws Exception {
        Child sender = bench.send(image, "--min-receivers", "2", "--operate", "--rate", "20M");
        List<Child> seats = seats(1, 2);
        sender.awaitLine("\"phase\":\"transferring\",\"bytes\":[1-9]");
        sender.type(command + " seat-2");
        assertThat(seats.get(1).await()).as(seats.get(1).toString()).isEqualTo(code.number());
        assertThat(seats.get(1).toString()).contains("an operator");
        assertVerified(1, seats.get(0));
        assertThat(sender.await()).as(sender.toString()).isEqualTo(ExitCode.INCOMPLETE.number());
        assertThat(sender.toString()).contains("\"state\":\"dismissed\"");
    }

    @Test
    void anEndIsToldAndWhatIsThereIsKept() throws Exception {
        Path report = bench.path("report");
        Child sender = bench.send(image, "--operate", "--rate", "10M", "--report", report.toString());
        Child seat = seats(1, 1).get(0);
        seat.awaitLine("\"phase\":\"transferring\",\"bytes\":[3-9][0-9]{6}");
        sender.type("end");
        assertThat(sender.await()).as(sender.toString()).isEqualTo(ExitCode.INCOMPLETE.number());
        assertThat(seat.await()).as(seat.toString()).isEqualTo(ExitCode.INCOMPLETE.number());
        assertThat(Bench.part(bench.path("copy-1"))).exists();
        assertThat(bench.path("report.json"))
                .content()
                .contains("\"stage\":\"incomplete\",\"ended\":\"it was ended early\"");
        assertThat(bench.path("report.html"))
                .content()
                .contains("0 of 1 have the image; it was ended early.", "seat-1");
    }

    @Test
    void whoeverIsNotMeantIsRefusedAndShowsWhy() throws Exception {
        Child sender = bench.send(image, "--for", "seat-1,seat-3", "--min-receivers", "1", "--rate", "20M");
        List<Child> seats = seats(1, 2);
        assertThat(seats.get(1).await()).as(seats.get(1).toString()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(seats.get(1).toString()).contains("this image is not for a machine called");
        assertVerified(1, seats.get(0));
        assertThat(sender.await()).as(sender.toString()).isZero();
    }

    @Test
    void aTokenAdmits() throws Exception {
        Child sender = bench.send(image, "--admission-token", "s3same");
        assertVerified(1, seats(1, 1, "--admission-token", "s3same").get(0));
        assertThat(sender.await()).as(sender.toString()).isZero();
    }

    // The distribution point.

    @Test
    void anImageIsGotByItsNameAndWatched() throws Exception {
        Path other = bench.image("kiosk.img", 1 << 20, 6);
        Child watcher = bench.watch(3);
        Child point = bench.serve(List.of(image, other), "--groups", bench.groups(), "--operate", "--name", "east");
        watcher.awaitLine("\"event\":\"entry\",\"point\":\"east\".*lab.img.*\"phase\":\"offered\"");
        watcher.awaitLine("kiosk.img.*\"phase\":\"offered\"");
        Child first = bench.receive(1, "lab.img", bench.path("copy-1"));
        Child second = bench.receive(2, "kiosk.img", bench.path("kiosk"));
        assertVerified(1, first);
        assertThat(second.await()).as(second.toString()).isZero();
        assertThat(Bench.mismatch(other, bench.path("kiosk"))).isEqualTo(-1);
        watcher.awaitLine("\"event\":\"gone\".*lab.img");
        point.awaitLine("\"event\":\"session\".*\"phase\":\"finished\",.*\"verifiedCount\":1");
        assertThat(point.isRunning()).isTrue();
    }

    @Test
    void severalImagesAreDeployedAtOnceWithinOneRate() throws Exception {
        Path other = bench.image("kiosk.img", LENGTH, 6);
        Child point = bench.serve(
                List.of(image, other),
                "--deploy",
                "--groups",
                bench.groups(),
                "--rate",
                "80M",
                "--min-receivers",
                "1",
                "--dashboard",
                "0",
                "--report",
                bench.path("report").toString());
        Child first = bench.receive(1, "lab.img", bench.path("copy-1"));
        Child second = bench.receive(2, "kiosk.img", bench.path("kiosk"));
        assertVerified(1, first);
        assertThat(second.await()).as(second.toString()).isZero();
        assertThat(point.await()).as(point.toString()).isZero();
        assertThat(point.toString())
                .contains("mimeo: dashboard at http://127.0.0.1:", "\"event\":\"report\",\"verified\":true");
        assertThat(bench.path("report.html"))
                .content()
                .contains("lab.img (", "kiosk.img (")
                .containsPattern("(?s)Ended: it has the image.*Ended: it has the image");
    }
}

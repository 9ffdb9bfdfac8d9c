package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.ReceiverStatus.State;
import dev.mimeo.TransferPhase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard as a browser shows it: of a real transfer, and of sessions that say what they are told to. */
@Timeout(120)
class DashboardIT {
    private static final Path SHOTS = Path.of("target", "dashboard");
    private static final long LENGTH = (4 << 20) + 777;

    @TempDir
    static Path profile;

    private static Browser browser;

    @TempDir
    Path directory;

    @BeforeAll
    static void open() throws Exception {
        browser = Browser.open(profile);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void aTransferIsWatchedAndStarted() throws Exception {
        try (Bench bench = new Bench(directory, LENGTH)) {
            Path image = bench.image("lab.img", LENGTH, 5);
            Path reports = Files.createDirectory(directory.resolve("reports"));
            Child sender = bench.send(image, "--hold", "--dashboard", "0", "--report", reports.toString());
            sender.awaitLine("^mimeo: dashboard at http");
            String url = sender.toString().replaceAll("(?s).*mimeo: dashboard at (\\S+).*", "$1");
            List<Child> seats = List.of(
                    bench.receive(1, bench.path("copy-1"), "--name", "seat-1"),
                    bench.receive(2, bench.path("copy-2"), "--name", "seat-2"));

            // Without the token nothing is shown, and nothing can be done.
            browser.visit(url.replaceFirst("#.*", ""), 1000, 800, false);
            browser.await("document.querySelector('#notice').innerText.includes('token')");
            assertThat(browser.read("document.querySelectorAll('.session').length"))
                    .isEqualTo("0");
            browser.await("(window.tried ??= fetch('sessions/' + '" + "0".repeat(8) + "/start', {method: 'POST'})"
                    + ".then(answer => window.status1 = answer.status)) && window.status1 === 401");

            browser.visit(url, 1000, 800, false);
            browser.await("document.querySelectorAll('.seat').length === 2");
            assertThat(browser.read("[...document.querySelectorAll('.seat .name')].map(each => each.innerText)"))
                    .isEqualTo("seat-1,seat-2");
            assertThat(browser.read("document.querySelector('.standing').innerText"))
                    .isEqualTo("Waits for receivers. Start: by hand.");
            browser.read("document.querySelector('[data-action=start]').click()");
            browser.await("document.querySelectorAll('.seat[data-kind=done]').length === 2");
            assertThat(browser.read("[...document.querySelectorAll('.seat .verdict')].map(each => each.innerText)"))
                    .isEqualTo("verified,verified");
            assertThat(browser.read("[...document.querySelectorAll('.seat .percent')].map(each => each.innerText)"))
                    .isEqualTo("100 %,100 %");
            browser.await("document.querySelector('.standing').innerText === 'Ended: all 2 have the image.'");
            browser.screenshot(SHOTS.resolve("transfer.png"));
            browser.await("document.querySelector('#link').innerText === 'the command has ended'");

            for (Child seat : seats) {
                assertThat(seat.await()).as(seat.toString()).isZero();
            }
            assertThat(sender.await()).as(sender.toString()).isZero();
            assertThat(sender.toString().lines().filter(line -> line.startsWith("{")))
                    .last()
                    .asString()
                    .startsWith("{\"event\":\"report\"");
            assertReport(reports);
        }
    }

    private void assertReport(Path reports) throws Exception {
        List<Path> files;
        try (Stream<Path> list = Files.list(reports)) {
            files = list.sorted().toList();
        }
        assertThat(files).hasSize(2);
        assertThat(files.get(1))
                .content()
                .contains("\"stage\":\"complete\"", "\"done\":2,", "\"missing\":0,", "\"name\":\"seat-2\"");
        browser.visit(files.get(0).toUri().toString().replaceFirst("^file:/+", "file:///"), 1000, 1000, false);
        assertThat(browser.read("document.body.innerText"))
                .contains("Ended: all 2 have the image.", "Rate over time", "seat-1", "verified");
        browser.screenshot(SHOTS.resolve("report.png"));
    }

    @Test
    void everyStateIsShown() throws Exception {
        StagedSession session = new StagedSession();
        try (Monitor monitor = new Monitor()) {
            Dashboard dashboard = Dashboard.open("127.0.0.1", 0, monitor, Display.NONE);
            browser.visit(dashboard.url(), 1200, 900, false);
            browser.await("document.querySelector('#empty').checkVisibility()");

            monitor.add(session);
            browser.await("document.querySelector('.none')?.innerText === 'Nobody has joined yet.'");
            browser.screenshot(SHOTS.resolve("waiting.png"));

            classroom(session);
            browser.await("document.querySelectorAll('.seat').length === 30");
            assertThat(browser.read("document.querySelector('.seat[data-kind=missing] .verdict').innerText"))
                    .isEqualTo("failed at 31.0 %: no space left on device");
            assertThat(browser.read("document.querySelector('[data-is=limit]').innerText"))
                    .isEqualTo("seat-12");
            // A name is text, whatever it is.
            assertThat(browser.read("document.querySelectorAll('.seat img').length + '/' + window.harmed"))
                    .isEqualTo("0/undefined");
            assertThat(browser.read("[...document.querySelectorAll('.name')].some(each =>"
                            + " each.innerText === '<img src=x onerror=harmed=1>')"))
                    .isEqualTo("true");
            browser.screenshot(SHOTS.resolve("class-light.png"));
            browser.visit(dashboard.url(), 1200, 900, true);
            browser.await("document.querySelectorAll('.seat').length === 30");
            browser.screenshot(SHOTS.resolve("class-dark.png"));
            browser.visit(dashboard.url(), 400, 900, false);
            browser.await("document.querySelectorAll('.seat').length === 30");
            assertThat(browser.read("document.documentElement.scrollWidth")).isEqualTo("400");
            browser.screenshot(SHOTS.resolve("class-narrow.png"));

            whatCannotBeUndoneIsAskedTwice(session);

            assertThat(browser.read("document.querySelector('.standing').innerText"))
                    .isEqualTo("Ended: 11 of 30 have the image; it was ended early.");
            assertThat(browser.read("[...document.querySelectorAll('.actions button')]"
                            + ".filter(each => each.checkVisibility()).length"))
                    .isEqualTo("0");
            dashboard.stop();
        }
    }

    private static void whatCannotBeUndoneIsAskedTwice(StagedSession session) throws Exception {
        browser.read(
                "[...document.querySelectorAll('.seat')].find(each => each.innerText.includes('seat-13')).click()");
        browser.await("document.querySelector('#dialog').open");
        browser.screenshot(SHOTS.resolve("dialog.png"));
        browser.read("document.querySelector('#yes').click()");
        browser.await("document.querySelector('#question').innerText === 'Send seat-13 away?'");
        assertThat(session.asked).isEmpty();
        browser.read("document.querySelector('#no').click()");
        browser.await("!document.querySelector('#dialog').open");
        browser.read(
                "[...document.querySelectorAll('.seat')].find(each => each.innerText.includes('seat-13')).click()");
        browser.read("document.querySelector('#yes').click()");
        browser.read("document.querySelector('#yes').click()");
        browser.await("document.querySelectorAll('.seat[data-kind=missing]').length === 2");
        assertThat(session.asked).containsExactly("dismiss 0000000d ABORT");
        browser.read("document.querySelector('[data-action=end]').click()");
        assertThat(browser.read("document.querySelector('#question').innerText"))
                .isEqualTo("End the session now?");
        browser.read("document.querySelector('#yes').click()");
        browser.await("document.querySelector('.session').dataset.stage === 'incomplete'");
        assertThat(session.asked).containsExactly("dismiss 0000000d ABORT", "cancel");
    }

    @Test
    void aThousandSeatsFitAndASenderThatIsGoneIsTold() throws Exception {
        StagedSession session = new StagedSession();
        session.phase = TransferPhase.TRANSFERRING;
        session.sent = 700_000_000;
        session.elapsed = Duration.ofSeconds(30);
        for (int i = 1; i <= 1_000; i++) {
            State state = i % 97 == 0 ? State.SILENT : i % 3 == 0 ? State.VERIFIED : State.RECEIVING;
            session.seat(
                    i,
                    "r" + (1 + i / 40) + "-pc" + i % 40,
                    state,
                    state == State.VERIFIED ? StagedSession.LENGTH : i * 900_000L);
        }
        try (Monitor monitor = new Monitor()) {
            monitor.add(session);
            Dashboard dashboard = Dashboard.open("127.0.0.1", 0, monitor, Display.NONE);
            browser.visit(dashboard.url(), 1600, 1200, true);
            browser.await("document.querySelectorAll('.seat').length === 1000");
            assertThat(browser.read("document.querySelector('[data-filter=missing]').innerText"))
                    .isEqualTo("10 failed");
            browser.screenshot(SHOTS.resolve("thousand-dark.png"));
            browser.read("document.querySelector('[data-filter=missing]').click()");
            assertThat(browser.read(
                            "[...document.querySelectorAll('.seat')].filter(each => each.checkVisibility()).length"))
                    .isEqualTo("10");
            session.held = true;
            browser.await("document.querySelector('[data-action=resume]').checkVisibility()");
            dashboard.stop();
            browser.await("document.querySelector('#notice').innerText.startsWith('The sender no longer answers')");
            assertThat(browser.read("document.querySelector('[data-action=end]').disabled"))
                    .isEqualTo("true");
            browser.screenshot(SHOTS.resolve("gone-dark.png"));
        }
    }

    /** A class in the middle of a transfer, with everything that can happen to a seat. */
    private static void classroom(StagedSession session) {
        session.phase = TransferPhase.TRANSFERRING;
        session.elapsed = Duration.ofSeconds(41);
        session.sent = 620_000_000;
        session.repaired = 30_000_000;
        session.speed = 60_000_000;
        session.limitedBy = Optional.of("0000000c");
        Duration now = session.elapsed;
        for (int i = 1; i <= 30; i++) {
            switch (i) {
                case 3 ->
                    session.receivers.add(StagedSession.receiver(
                            i, "seat-3", State.FAILED, 310_000_000, 0, now, "no space left on device"));
                case 7 ->
                    session.receivers.add(StagedSession.receiver(
                            i, "seat-7", State.RECEIVING, 200_000_000, 0.12, now.minusSeconds(20), ""));
                case 9 ->
                    session.receivers.add(StagedSession.receiver(
                            i, "<img src=x onerror=harmed=1>", State.RECEIVING, 580_000_000, 0.01, now, ""));
                case 11 ->
                    session.receivers.add(StagedSession.receiver(
                            i, "kiosk in the hall", State.REFUSED, 0, 0, now, "this image is not for it"));
                case 29 -> session.seat(i, "", State.JOINED, 0);
                default ->
                    session.seat(
                            i,
                            "seat-" + i,
                            i > 18 ? State.VERIFIED : State.RECEIVING,
                            i > 18 ? StagedSession.LENGTH : 600_000_000 - i * 7_000_000L);
            }
        }
    }
}

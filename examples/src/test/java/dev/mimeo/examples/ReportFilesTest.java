package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mimeo.ReceiverStatus.State;
import dev.mimeo.StorageException;
import dev.mimeo.TransferPhase;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class ReportFilesTest {
    private static final Instant BEGAN = Instant.parse("2026-11-30T12:00:00Z");

    @TempDir
    Path directory;

    private static Snapshot ended() {
        StagedSession session = new StagedSession();
        session.phase = TransferPhase.FINISHED;
        session.sent = StagedSession.LENGTH;
        session.seat(1, "seat-1", State.VERIFIED, StagedSession.LENGTH);
        session.receivers.add(StagedSession.receiver(
                2,
                "<script>alert(\"1\")</script>\u001b",
                State.FAILED,
                400_000_000,
                0,
                Duration.ZERO,
                "no space & 'nothing' <left>"));
        SessionWatch watch = new SessionWatch();
        watch.look(session.view(), session.progress(), Optional.empty(), 0);
        session.sent += 1;
        session.elapsed = Duration.ofSeconds(2);
        return watch.look(session.view(), session.progress(), Optional.of(""), 2_000_000_000);
    }

    @Test
    void whatFailedComesFirstAndIsNothingButText() {
        String page = ReportPage.of(List.of(ended()), BEGAN, BEGAN.plusSeconds(60));
        assertThat(page)
                .containsSubsequence(
                        "lab &lt;b&gt;.img version 7 (954 MiB) on 239.192.7.1:6003",
                        "<p class=\"verdict incomplete\">Ended: 1 of 2 have the image.</p>",
                        "Without the image: 1",
                        "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;?",
                        "failed at 40.0 %: no space &amp; &#39;nothing&#39; &lt;left&gt;",
                        "Rate over time",
                        "<path class=\"content\" d=\"M0.0 120V",
                        "The others: 1",
                        "seat-1",
                        "verified")
                .doesNotContain("<script", "http:", "https:", "url(");
    }

    @Test
    void aPageIsWellFormed() throws Exception {
        // But for what HTML writes without an end, it is XML: whatever a name holds, no element is opened or left open
        // by it.
        String page = ReportPage.of(List.of(ended()), BEGAN, BEGAN.plusSeconds(60))
                .replaceAll("<!doctype html>", "")
                .replaceAll("(<meta[^>]*)>", "$1/>");
        DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        assertThat(parser.parse(new InputSource(new StringReader(page)))
                        .getElementsByTagName("section")
                        .getLength())
                .isEqualTo(1);
    }

    @Test
    void aFileIsTwoFilesAndNothingElseIsLeft() throws IOException {
        Path place = directory.resolve("last.html");
        Files.writeString(place, "before");
        Path page = ReportFiles.at(place).write(List.of(ended()), BEGAN, BEGAN);
        assertThat(page).isEqualTo(place).content().startsWith("<!doctype html>");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("last.html", "last.json");
        }
        assertThat(directory.resolve("last.json"))
                .content()
                .startsWith("{\"time\":\"2026-11-30T12:00:00Z\",\"sessions\":[{\"session\":\"5e550001\"")
                .contains(
                        "\"stage\":\"incomplete\"",
                        "\"missing\":1,",
                        "\"done\":1,",
                        "\"name\":\"<script>alert(\\\"1\\\")</script>\\u001b\",\"state\":\"failed\"",
                        "\"label\":\"<script>alert(\\\"1\\\")</script>?\"");
    }

    @Test
    void aDirectoryGetsOneMore() throws IOException {
        Path page = ReportFiles.at(directory).write(List.of(ended()), BEGAN, BEGAN);
        assertThat(page.getParent()).isEqualTo(directory);
        assertThat(page.getFileName().toString()).matches("mimeo-2026[0-9]{4}-[0-9]{6}-5e550001\\.html");
    }

    @Test
    void whatCannotBeWrittenIsToldBeforeAnythingIsSent() {
        assertThatThrownBy(() -> ReportFiles.at(directory.resolve("missing/report")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("is not a directory that can be written");
    }

    @Test
    void nothingSentIsAReportToo() {
        assertThat(ReportPage.of(List.of(), BEGAN, BEGAN)).contains("Nothing was sent");
    }
}

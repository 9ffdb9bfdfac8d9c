package dev.mimeo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

class LoggingTransferListenerTest {
    private static final ImageDescription IMAGE = new ImageDescription(
            "lab.img", "", 5_000, "ab".repeat(32), "", Set.of(), 7, Optional.of(Instant.EPOCH), Optional.empty());

    private final Memory memory = new Memory();
    private final LoggingTransferListener listener = new LoggingTransferListener(memory);

    /** Keeps what is logged at the level it has, or above. */
    private static final class Memory extends LegacyAbstractLogger {
        private static final long serialVersionUID = 1;

        private final transient List<String> lines = new ArrayList<>();
        private transient Level level = Level.TRACE;
        private transient Throwable thrown;

        @Override
        protected String getFullyQualifiedCallerName() {
            return Memory.class.getName();
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level at, Marker marker, String pattern, Object[] arguments, Throwable cause) {
            lines.add(at + " " + MessageFormatter.basicArrayFormat(pattern, arguments));
            thrown = cause;
        }

        private boolean isOn(Level asked) {
            return asked.toInt() >= level.toInt();
        }

        @Override
        public boolean isTraceEnabled() {
            return isOn(Level.TRACE);
        }

        @Override
        public boolean isDebugEnabled() {
            return isOn(Level.DEBUG);
        }

        @Override
        public boolean isInfoEnabled() {
            return isOn(Level.INFO);
        }

        @Override
        public boolean isWarnEnabled() {
            return isOn(Level.WARN);
        }

        @Override
        public boolean isErrorEnabled() {
            return isOn(Level.ERROR);
        }
    }

    private static ReceiverStatus receiver(String name, ReceiverStatus.State state, String detail) {
        return new ReceiverStatus(
                "00c0ffee", name, "10.0.0.7", state, 1_000, 5_000, 0, 0, 0.015, Duration.ZERO, Duration.ZERO, detail);
    }

    @Test
    void aSenderTellsItsStoryInLinesThatProgramsRead() {
        listener.phaseChanged(TransferPhase.WAITING);
        listener.described(IMAGE);
        listener.receiverJoined(receiver("seat 7", ReceiverStatus.State.JOINED, ""));
        listener.receiverChanged(receiver("seat 7", ReceiverStatus.State.FAILED, "the disk is \"full\""));
        listener.progress(
                new Progress(TransferPhase.TRANSFERRING, 1_000, 5_000, 20, Duration.ofMillis(1_234), 1, 1, 0.1));
        listener.sent(new SendReport(
                IMAGE,
                List.of(receiver("", ReceiverStatus.State.FAILED, "")),
                Duration.ofSeconds(61),
                9_000,
                5_000,
                0,
                1_000,
                3,
                new DroppedDatagrams(1, 2, 0, 0, 0, 0),
                ""));
        assertThat(memory.lines)
                .containsExactly(
                        "DEBUG event=phase phase=WAITING",
                        "INFO event=described name=lab.img image=" + IMAGE.id() + " total=5000 serial=7",
                        "INFO event=joined receiver=00c0ffee name=\"seat 7\" address=10.0.0.7",
                        "WARN event=receiver receiver=00c0ffee name=\"seat 7\" state=FAILED bytes=1000 total=5000"
                                + " loss=0.0150 detail=\"the disk is \\\"full\\\"\"",
                        "DEBUG event=progress phase=TRANSFERRING bytes=1000 total=5000 bytesPerSecond=20 elapsed=1.234"
                                + " receivers=1 settled=1 loss=0.1000",
                        "WARN event=sent name=lab.img image=" + IMAGE.id() + " verified=0 receivers=1 elapsed=61.000"
                                + " wireBytes=9000 sourceBytes=5000 repairBytes=1000 nacks=3 dropped=3");
    }

    @Test
    void aReceiverTellsItsStoryToo() {
        listener.announced(new SessionAnnouncement(
                "room", TransferPhase.WAITING, IMAGE.id(), 5_000, 1, 30, Optional.empty(), 8_000));
        listener.refused("Image is not signed");
        listener.received(new ReceiveReport(
                IMAGE, List.of(), Duration.ofMillis(500), 1_000, 9, 8_000, 0, 2, DroppedDatagrams.NONE));
        assertThat(memory.lines)
                .containsExactly(
                        "DEBUG event=announced session=room phase=WAITING image=" + IMAGE.id()
                                + " total=5000 receivers=1 expected=30 bitsPerSecond=8000",
                        "WARN event=turned-away reason=\"Image is not signed\"",
                        "INFO event=received name=lab.img image=" + IMAGE.id()
                                + " total=5000 presentBytes=1000 elapsed=0.500 wireBytes=8000 nacks=2 dropped=0");
    }

    @Test
    void plainNormTellsWhatIsStoredAndSent() {
        NormFile file = new NormFile(Path.of("a"), "a=b", 10, true, 4);
        listener.objectStored(file);
        listener.objectsReceived(new NormReceiveReport(List.of(file), Duration.ofSeconds(1), 5, 50, 0, 1));
        listener.objectsSent(new NormSendReport(2, 20, List.of(), Duration.ofSeconds(1), 60, 20, 0, 5, 1));
        assertThat(memory.lines)
                .containsExactly(
                        "INFO event=object object=4 name=\"a=b\" path=a bytes=10",
                        "INFO event=objects-received objects=1 bytes=10 elapsed=1.000 wireBytes=50 nacks=1",
                        "INFO event=objects-sent objects=2 bytes=20 receivers=0 elapsed=1.000 wireBytes=60"
                                + " repairBytes=5 nacks=1");
    }

    @Test
    void onlyAFaultOfOursHasAStackTrace() {
        listener.failed(new SenderLostException("The sender fell silent"));
        listener.failed(new CancellationException("the transfer was cancelled"));
        assertThat(memory.thrown).isNull();
        IllegalStateException fault = new IllegalStateException("{} 100%");
        listener.failed(fault);
        assertThat(memory.thrown).isSameAs(fault);
        assertThat(memory.lines)
                .containsExactly(
                        "WARN event=failed cause=SenderLostException message=\"The sender fell silent\"",
                        "INFO event=cancelled message=\"the transfer was cancelled\"",
                        "ERROR event=failed cause=IllegalStateException message=\"{} 100%\"");
    }

    @Test
    void whatAPeerChoseCannotMakeALineOfItsOwn() {
        listener.receiverJoined(receiver("a\nevent=sent\u202e {} \\", ReceiverStatus.State.JOINED, ""));
        assertThat(memory.lines)
                .containsExactly("INFO event=joined receiver=00c0ffee name=\"a\ufffdevent=sent\ufffd {} \\\\\""
                        + " address=10.0.0.7");
    }

    @Test
    void whatIsNotLoggedIsNotWritten() {
        memory.level = Level.INFO;
        listener.progress(Progress.NONE);
        listener.phaseChanged(TransferPhase.CHECKING);
        assertThat(memory.lines).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "DEBUG, ASKING JOINED RECEIVING",
        "INFO, VERIFIED ACKNOWLEDGED LEFT REFUSED MOVED",
        "WARN, INCOMPLETE FAILED DISMISSED SILENT"
    })
    void aReceiverThatEndedBadlyIsAWarning(String level, String states) {
        for (String state : states.split(" ")) {
            listener.receiverChanged(receiver("", ReceiverStatus.State.valueOf(state), ""));
        }
        assertThat(memory.lines).hasSize(states.split(" ").length).allMatch(line -> line.startsWith(level + " "));
    }

    /** Whoever adds a method to the listener decides how it is logged. */
    @Test
    void everyEventIsLogged() {
        assertThat(Arrays.stream(LoggingTransferListener.class.getDeclaredMethods())
                        .map(method -> method.getName() + Arrays.toString(method.getParameterTypes())))
                .containsAll(Arrays.stream(TransferListener.class.getDeclaredMethods())
                        .map(method -> method.getName() + Arrays.toString(method.getParameterTypes()))
                        .toList());
    }
}

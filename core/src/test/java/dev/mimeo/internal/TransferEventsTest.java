package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.mimeo.DroppedDatagrams;
import dev.mimeo.MulticastGroup;
import dev.mimeo.Progress;
import dev.mimeo.TransferPhase;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.EventType;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransferEventsTest {
    private static final int TIMES = 100_000;
    private static final Progress WAITING = at(TransferPhase.WAITING, 0, 100);

    private final EndName name = new EndName("receiver", MulticastGroup.of("239.192.7.1", 6003));
    private final TransferEvents told = new TransferEvents(name, true);

    @TempDir
    Path directory;

    @Test
    void whileNobodyRecordsNothingIsCountedAndNothingIsLeftBehind() {
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        TransferRecording.Counting counting = () -> {
            throw new AssertionError("nobody wants to know");
        };
        told.onProgress(WAITING, counting);
        long before = memory.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < TIMES; i++) {
            told.onProgress(WAITING, counting);
        }
        assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(TIMES);
    }

    @Test
    void whatHappensOftenIsRecordedOnlyWhenAskedFor() {
        try (Recording recording = new Recording()) {
            recording.start();
            assertThat(List.of(FlightEvents.Transfer.class, FlightEvents.Stall.class))
                    .allMatch(event -> EventType.getEventType(event).isEnabled());
            assertThat(List.of(FlightEvents.Repair.class, FlightEvents.Nack.class, FlightEvents.Drop.class))
                    .noneMatch(event -> EventType.getEventType(event).isEnabled());
        }
    }

    @Test
    void whatWasCountedBeforeSomebodyRecordsIsNotTold() throws IOException {
        told.onProgress(WAITING, () -> counts(0));
        try (Recording recording = new Recording()) {
            recording.enable("dev.mimeo.Drop");
            recording.start();
            told.onProgress(WAITING, () -> counts(100));
            told.onProgress(WAITING, () -> counts(103));
            told.onProgress(WAITING, () -> counts(103));
            assertThat(eventsOf(recording)).singleElement().satisfies(event -> {
                assertThat(event.getString("reason")).isEqualTo("withoutRoom");
                assertThat(event.getLong("count")).isEqualTo(3);
            });
        }
    }

    private static TransferRecording.Counts counts(long withoutRoom) {
        return new TransferRecording.Counts(0, 0, withoutRoom, DroppedDatagrams.NONE);
    }

    /** Events last as long as they do: without the threshold of five seconds that is there to find real ones. */
    @Test
    void aStallLastsUntilBytesMoveAndOnlyWhereTheyShould() throws IOException {
        try (Recording recording = new Recording()) {
            recording.enable("dev.mimeo.Stall").withThreshold(Duration.ZERO);
            recording.start();
            told.onProgress(at(TransferPhase.WAITING, 0, 100), () -> TransferRecording.Counts.NONE);
            told.onProgress(at(TransferPhase.TRANSFERRING, 10, 100), () -> TransferRecording.Counts.NONE);
            told.onProgress(at(TransferPhase.TRANSFERRING, 10, 100), () -> TransferRecording.Counts.NONE);
            told.onProgress(at(TransferPhase.COMPLETING, 10, 100), () -> TransferRecording.Counts.NONE);
            told.onProgress(at(TransferPhase.COMPLETING, 100, 100), () -> TransferRecording.Counts.NONE);
            told.onProgress(at(TransferPhase.COMPLETING, 100, 100), () -> TransferRecording.Counts.NONE);
            assertThat(eventsOf(recording)).singleElement().satisfies(event -> {
                assertThat(event.getString("phase")).isEqualTo("TRANSFERRING");
                assertThat(event.getLong("bytes")).isEqualTo(10);
                assertThat(event.getLong("totalBytes")).isEqualTo(100);
            });
        }
    }

    @Test
    void whatMovesSoonIsNoStall() throws IOException {
        try (Recording recording = new Recording()) {
            recording.start();
            TransferEvents moving = new TransferEvents(name, true);
            moving.onProgress(at(TransferPhase.TRANSFERRING, 10, 100), () -> TransferRecording.Counts.NONE);
            moving.onProgress(at(TransferPhase.TRANSFERRING, 20, 100), () -> TransferRecording.Counts.NONE);
            moving.end("cancelled", 20);
            assertThat(eventsOf(recording))
                    .extracting(event -> event.getEventType().getName())
                    .containsExactly("dev.mimeo.Transfer");
        }
    }

    private static Progress at(TransferPhase phase, long bytes, long totalBytes) {
        return new Progress(phase, bytes, totalBytes, 0, Duration.ZERO, 0, 0, 0);
    }

    private List<RecordedEvent> eventsOf(Recording recording) throws IOException {
        recording.stop();
        Path file = directory.resolve("flight.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.mimeo."))
                .toList();
    }
}

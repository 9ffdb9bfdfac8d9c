package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mimeo.DroppedDatagrams;
import dev.mimeo.GroupKey;
import dev.mimeo.ImageSource;
import dev.mimeo.ImageTarget;
import dev.mimeo.ReceiveReport;
import dev.mimeo.SendReport;
import dev.mimeo.SenderLostException;
import dev.mimeo.Transfer;
import dev.mimeo.protocol.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Java Flight Recorder has of whole transfers. */
@Timeout(60)
class FlightRecordingIT {
    private static final int NOISE = 3;

    @TempDir
    Path directory;

    @Test
    void aRecordingHasTheTransferAndWhatTheReportsCount() throws Exception {
        try (Recording recording = new Recording();
                Classroom room = new Classroom(directory)) {
            Stream.of("Repair", "Nack", "Drop").forEach(event -> recording.enable("dev.mimeo." + event));
            recording.start();
            Transfer<ReceiveReport> receiving = room.open(
                            room.receiver(), room.port(5).loss(0.05), TargetStorage.LOCAL)
                    .receive(ImageTarget.of(room.path("copy")));
            disturb(room);
            SendReport sent = room.open(room.sender().fixedRate())
                    .send(ImageSource.of(room.image(TestImage.random(1_500_000, 1))))
                    .await(Classroom.PATIENCE);
            ReceiveReport received = receiving.await(Classroom.PATIENCE);

            List<RecordedEvent> events = eventsOf(recording);
            assertThat(events).allSatisfy(event -> {
                assertThat(event.getString("group")).isEqualTo(room.group().toString());
                assertThat(event.getEventType().getCategoryNames()).containsExactly("Mimeo");
                assertThat(event.getStackTrace()).isNull();
            });
            assertThat(of(events, "Transfer", "sender")).singleElement().satisfies(event -> {
                assertThat(event.getString("outcome")).isEqualTo("completed");
                assertThat(event.getLong("bytes")).isEqualTo(sent.sourceBytes());
                assertThat(event.getDuration())
                        .isBetween(Duration.ofMillis(1), sent.elapsed().plusSeconds(10));
            });
            assertThat(of(events, "Transfer", "receiver"))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getLong("bytes")).isEqualTo(1_500_000));
            assertThat(sent.repairBytes()).isPositive();
            assertThat(sum(of(events, "Repair", "sender"), "bytes")).isEqualTo(sent.repairBytes());
            assertThat(sum(of(events, "Nack", "sender"), "count")).isEqualTo(sent.nacks());
            assertThat(sum(of(events, "Nack", "receiver"), "count")).isEqualTo(received.nacks());
            assertThat(received.dropped().malformed()).isEqualTo(NOISE);
            assertThat(dropped(of(events, "Drop", "receiver"))).isEqualTo(received.dropped());
        }
    }

    @Test
    void aRecordingHasWhyATransferFailed() throws Exception {
        try (Recording recording = new Recording();
                Classroom room = new Classroom(directory);
                GroupKey key = GroupKey.random()) {
            recording.start();
            Transfer<ReceiveReport> receiving = room.receive(
                    room.open(room.receiver().groupKey(key).waitForSender(Duration.ofMillis(400))), "copy");
            ThrowingCallable waiting = () -> receiving.await(Classroom.PATIENCE);
            room.open(room.sender()).send(ImageSource.of(room.image(TestImage.random(1_000, 1))));
            assertThatExceptionOfType(SenderLostException.class).isThrownBy(waiting);

            List<RecordedEvent> events = eventsOf(recording);
            assertThat(events).singleElement().satisfies(event -> {
                assertThat(event.getEventType().getName()).isEqualTo("dev.mimeo.Transfer");
                assertThat(event.getString("role")).isEqualTo("receiver");
                assertThat(event.getString("outcome")).isEqualTo("SenderLostException");
                assertThat(event.getLong("bytes")).isZero();
            });
        }
    }

    /** Sends what is no message, to everybody. */
    private static void disturb(Classroom room) throws IOException {
        try (TestPort port = room.port(6)) {
            for (int i = 0; i < NOISE; i++) {
                port.send(ByteBuffer.allocateDirect(3), NodeId.ANY);
                port.flush();
            }
        }
    }

    private List<RecordedEvent> eventsOf(Recording recording) throws IOException {
        recording.stop();
        Path file = directory.resolve("flight.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.mimeo."))
                .toList();
    }

    private static List<RecordedEvent> of(List<RecordedEvent> events, String name, String role) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.mimeo." + name))
                .filter(event -> event.getString("role").equals(role))
                .toList();
    }

    private static long sum(List<RecordedEvent> events, String field) {
        return events.stream().mapToLong(event -> event.getLong(field)).sum();
    }

    private static DroppedDatagrams dropped(List<RecordedEvent> events) {
        return new DroppedDatagrams(
                because(events, "malformed"),
                because(events, "foreign"),
                because(events, "unauthentic"),
                because(events, "replayed"),
                because(events, "untried"),
                because(events, "overrun"));
    }

    private static long because(List<RecordedEvent> events, String reason) {
        return sum(
                events.stream()
                        .filter(event -> event.getString("reason").equals(reason))
                        .toList(),
                "count");
    }
}

package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.ImageDescription;
import dev.mimeo.ImageSource;
import dev.mimeo.Progress;
import dev.mimeo.ReceiveReport;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SendReport;
import dev.mimeo.SessionAnnouncement;
import dev.mimeo.Transfer;
import dev.mimeo.TransferListener;
import dev.mimeo.TransferPhase;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What listeners hear of a whole transfer. */
@Timeout(60)
class ListenerIT {
    @TempDir
    Path directory;

    /** Writes down everything but progress, which comes by the clock. */
    private static final class Diary implements TransferListener {
        private final List<String> entries = new CopyOnWriteArrayList<>();
        private final List<Progress> progress = new CopyOnWriteArrayList<>();

        @Override
        public void phaseChanged(TransferPhase phase) {
            entries.add("phase " + phase);
        }

        @Override
        public void announced(SessionAnnouncement announcement) {
            entries.add("announced " + announcement.sessionName() + " " + announcement.imageLength());
        }

        @Override
        public void described(ImageDescription image) {
            entries.add("described " + image.name());
        }

        @Override
        public void receiverJoined(ReceiverStatus receiver) {
            entries.add("joined " + receiver.name());
        }

        @Override
        public void receiverChanged(ReceiverStatus receiver) {
            entries.add("changed " + receiver.name() + " " + receiver.state());
        }

        @Override
        public void progress(Progress latest) {
            progress.add(latest);
        }

        @Override
        public void sent(SendReport report) {
            entries.add("sent to " + report.verifiedCount());
        }

        @Override
        public void received(ReceiveReport report) {
            entries.add("received " + report.path().getFileName());
        }

        @Override
        public void failed(Throwable cause) {
            entries.add("failed " + cause.getClass().getSimpleName());
        }
    }

    @Test
    void bothSidesHearTheStoryInOrder() throws Exception {
        Diary sending = new Diary();
        Diary receiving = new Diary();
        try (Classroom room = new Classroom(directory)) {
            Transfer<ReceiveReport> received =
                    room.receive(room.open(room.receiver().name("seat").listener(receiving)), "copy");
            room.open(room.sender().sessionName("room").listener(sending))
                    .send(ImageSource.of(room.image(TestImage.random(1_000_000, 1))))
                    .await(Classroom.PATIENCE);
            received.await(Classroom.PATIENCE);
        }
        assertThat(sending.entries)
                .containsSubsequence(
                        "phase PREPARING",
                        "described image.raw",
                        "phase WAITING",
                        "joined seat",
                        "phase TRANSFERRING",
                        "phase COMPLETING",
                        "changed seat VERIFIED",
                        "phase FINISHED",
                        "sent to 1");
        assertThat(sending.entries).last().isEqualTo("sent to 1");
        assertThat(receiving.entries)
                .containsSubsequence(
                        "phase WAITING",
                        "announced room 1000000",
                        "described image.raw",
                        "phase TRANSFERRING",
                        "phase FINISHED",
                        "received copy");
        assertThat(receiving.entries).last().isEqualTo("received copy");
        assertThat(sending.progress).last().satisfies(last -> {
            assertThat(last.bytes()).isEqualTo(last.totalBytes());
            assertThat(last.settledReceivers()).isEqualTo(1);
        });
        assertThat(receiving.progress)
                .last()
                .satisfies(last -> assertThat(last.bytes()).isEqualTo(1_000_000));
    }

    @Test
    void aCancelledTransferEndsWithAFailure() throws Exception {
        Diary receiving = new Diary();
        try (Classroom room = new Classroom(directory)) {
            Transfer<ReceiveReport> received =
                    room.receive(room.open(room.receiver().listener(receiving)), "copy");
            received.cancel();
            Eventually.holds(() -> received.completion().isCompletedExceptionally());
        }
        assertThat(receiving.entries)
                .containsExactly("phase WAITING", "phase FINISHED", "failed CancellationException");
    }
}

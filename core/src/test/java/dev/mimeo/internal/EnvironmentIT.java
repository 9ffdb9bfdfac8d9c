package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mimeo.Environment;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.ReceiveReport;
import dev.mimeo.Transfer;
import dev.mimeo.TransferListener;
import dev.mimeo.TransferPhase;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Threads are those of the program that Mimeo is part of. */
@Timeout(60)
class EnvironmentIT {
    @TempDir
    Path directory;

    private final ThreadGroup ours = new ThreadGroup("ours");

    /** Looks, whenever something happens, which threads there are. */
    private static final class Census implements TransferListener {
        private final Set<String> seen = ConcurrentHashMap.newKeySet();

        @Override
        public void phaseChanged(TransferPhase phase) {
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("mimeo-"))
                    .forEach(thread -> seen.add(
                            thread.getThreadGroup() == null
                                    ? ""
                                    : thread.getThreadGroup().getName()));
        }
    }

    @Test
    void everyThreadOfATransferComesFromTheFactory() throws Exception {
        Census census = new Census();
        Set<Thread> made = ConcurrentHashMap.newKeySet();
        Environment environment = Environment.USUAL.withThreads(work -> {
            Thread thread = new Thread(ours, work);
            thread.setDaemon(true);
            made.add(thread);
            return thread;
        });
        String group;
        try (Classroom room = new Classroom(directory)) {
            group = room.group().toString();
            Transfer<ReceiveReport> received = room.receive(
                    room.open(room.receiver().environment(environment).listener(census)), "copy");
            room.open(room.sender().environment(environment).listener(census))
                    .send(ImageSource.of(room.image(TestImage.random(1_000_000, 1))))
                    .await(Classroom.PATIENCE);
            received.await(Classroom.PATIENCE);
        }
        census.seen.remove("");
        assertThat(census.seen).containsExactly("ours");
        assertThat(made)
                .extracting(Thread::getName)
                .contains(
                        "mimeo-sender-" + group,
                        "mimeo-sender-" + group + "-disk-0",
                        "mimeo-sender-" + group + "-listener",
                        "mimeo-hashing",
                        "mimeo-receiver-" + group,
                        "mimeo-receiver-" + group + "-disk-0",
                        "mimeo-receiver-" + group + "-listener");
    }

    @Test
    void aFactoryThatRefusesFailsTheCall() throws Exception {
        try (Classroom room = new Classroom(directory)) {
            ImageSender sender = room.open(room.sender().environment(Environment.USUAL.withThreads(work -> null)));
            ImageSource source = ImageSource.of(room.image(TestImage.random(1_000, 1)));
            assertThatIllegalStateException()
                    .isThrownBy(() -> sender.send(source))
                    .withMessage("the thread factory of the environment() has made no thread for mimeo-sender-"
                            + room.group() + "; it must not refuse");
        }
    }

    @Test
    void aFactoryThatRefusesLaterKeepsNobodyWaiting() throws Exception {
        AtomicInteger left = new AtomicInteger(1);
        ThreadFactory one =
                work -> left.getAndDecrement() > 0 ? Environment.USUAL.threads().newThread(work) : null;
        try (Classroom room = new Classroom(directory)) {
            Transfer<ReceiveReport> received = room.receive(
                    room.open(room.receiver()
                            .environment(Environment.USUAL.withThreads(one))
                            .listener(new Census())),
                    "copy");
            assertThatIllegalStateException()
                    .isThrownBy(() -> received.await(Classroom.PATIENCE))
                    .withMessageContaining("it must not refuse");
        }
    }
}

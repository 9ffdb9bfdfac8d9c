package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.Progress;
import dev.mimeo.ReceiveReport;
import dev.mimeo.SendReport;
import dev.mimeo.Transfer;
import dev.mimeo.TransferListener;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Closing, whenever and by whomever: done within two seconds, with nothing left behind. */
@Timeout(120)
class CloseIT {
    private static final int ROUNDS = 25;
    private static final long CLOSE_NANOS = 2_000_000_000;

    @TempDir
    Path directory;

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    @AfterEach
    void nothingFailedOnTheSide() {
        assertThat(failures).isEmpty();
    }

    @Fault("F28")
    @Test
    void closingAtAnyMomentByAnyThreadLeavesNothing(FaultRecord record) throws Exception {
        Random random = new Random(42);
        long before = 0;
        for (int round = 0; round < ROUNDS; round++) {
            if (round == 5) {
                before = openFiles();
            }
            round(
                    TestImage.random(2_000_000, round),
                    random.nextInt(500_000_000),
                    random.nextBoolean(),
                    random.nextBoolean());
        }
        Eventually.holds(() -> Threads.named("mimeo-").isEmpty());
        assertThat(openFiles()).isLessThanOrEqualTo(before);
        record.runs(ROUNDS).none("descriptors left", Math.max(0, openFiles() - before));
    }

    private void round(byte[] content, long closeAfterNanos, boolean senderFirst, boolean interrupt) throws Exception {
        Classroom room = new Classroom(directory);
        ImageReceiver receiver = room.open(room.receiver());
        ImageSender sender = room.open(room.sender());
        Path image = room.image(content);
        Transfer<ReceiveReport> received = room.receive(receiver, "copy");
        Transfer<SendReport> sent = sender.send(ImageSource.of(image));
        LockSupport.parkNanos(closeAfterNanos);
        Thread one = closer(senderFirst ? sender : receiver, interrupt);
        Thread two = closer(senderFirst ? receiver : sender, false);
        Thread three = closer(sender, false);
        one.join();
        two.join();
        three.join();
        assertThat(received.completion()).isDone();
        assertThat(sent.completion()).isDone();
        Eventually.holds(() -> filesAreOrderly(room));
    }

    private static boolean filesAreOrderly(Classroom room) {
        try {
            return room.files().stream().allMatch(Set.of("image.raw", "copy", ".copy.mimeo-part")::contains);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Thread closer(AutoCloseable resource, boolean interrupted) {
        Thread thread = new Thread(() -> {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            SessionClock clock = new SessionClock();
            try {
                resource.close();
                resource.close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            long nanos = clock.nanos();
            if (nanos > CLOSE_NANOS) {
                throw new AssertionError("closing took " + nanos + " ns");
            }
            if (Thread.interrupted() != interrupted) {
                throw new AssertionError("interruption was lost");
            }
        });
        thread.setUncaughtExceptionHandler((where, failure) -> failures.add(failure));
        thread.start();
        return thread;
    }

    @Test
    void aListenerMayCloseItsOwnSender() throws Exception {
        Classroom room = new Classroom(directory);
        ImageSender[] sender = new ImageSender[1];
        AtomicBoolean closed = new AtomicBoolean();
        sender[0] = room.open(room.sender().listener(new TransferListener() {
            @Override
            public void progress(Progress progress) {
                sender[0].close();
                closed.set(true);
            }
        }));
        Transfer<SendReport> transfer = sender[0].send(ImageSource.of(room.image(new byte[1000])));
        Eventually.holds(closed::get);
        Eventually.holds(() -> transfer.completion().isDone());
        Eventually.holds(() -> Threads.named("mimeo-").isEmpty());
    }

    @Test
    void whoeverHearsOfTheEndMayClose() throws Exception {
        Classroom room = new Classroom(directory);
        ImageReceiver receiver = room.open(room.receiver());
        ImageSender sender = room.open(room.sender());
        Transfer<ReceiveReport> received = room.receive(receiver, "copy");
        Transfer<SendReport> sent = sender.send(ImageSource.of(room.image(new byte[1000])));
        received.completion().whenComplete((report, failure) -> receiver.close());
        sent.completion().whenComplete((report, failure) -> sender.close());
        sent.await(Classroom.PATIENCE);
        received.await(Classroom.PATIENCE);
        Eventually.holds(() -> Threads.named("mimeo-").isEmpty());
    }

    private static long openFiles() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }
}

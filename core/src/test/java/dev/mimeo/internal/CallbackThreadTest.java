package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.Progress;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.TransferListener;
import dev.mimeo.TransferPhase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CallbackThreadTest {
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final Semaphore mayReturn = new Semaphore(0);
    private final CountDownLatch called = new CountDownLatch(1);

    private final TransferListener listener = new TransferListener() {
        @Override
        public void phaseChanged(TransferPhase phase) {
            heard.add("phase " + phase);
            called.countDown();
            mayReturn.acquireUninterruptibly();
        }

        @Override
        public void progress(Progress progress) {
            heard.add("progress " + progress.bytes());
        }

        @Override
        public void receiverJoined(ReceiverStatus receiver) {
            heard.add("joined " + receiver.id());
        }

        @Override
        public void receiverChanged(ReceiverStatus receiver) {
            heard.add("changed " + receiver.id() + " " + receiver.verifiedBytes());
        }

        @Override
        public void failed(Throwable cause) {
            heard.add("failed on " + Thread.currentThread().getName());
            throw new AssertionError("a listener that fails");
        }
    };

    private final CallbackThread callbacks = new CallbackThread(listener, "test", ThreadMaker.USUAL);

    @Test
    void aBusyListenerGetsTheLatestOfEachKindInTheOrderOfTheFirst() throws InterruptedException {
        callbacks.tell(to -> to.phaseChanged(TransferPhase.WAITING));
        called.await();
        callbacks.tell(status("a", 0));
        callbacks.tell(progress(1));
        callbacks.tell(to -> to.receiverJoined(status("b", 0)));
        callbacks.tell(progress(2));
        callbacks.tell(status("b", 1));
        callbacks.tell(status("a", 2));
        callbacks.tell(progress(3));
        mayReturn.release();
        callbacks.close();
        assertThat(heard).containsExactly("phase WAITING", "changed a 2", "progress 3", "joined b", "changed b 1");
    }

    @Test
    void whatAListenerThrowsStopsNothing() {
        callbacks.tell(to -> to.failed(new IllegalStateException()));
        callbacks.tell(to -> to.failed(new IllegalStateException()));
        callbacks.tell(progress(1));
        callbacks.close();
        assertThat(heard).containsExactly("failed on test-listener", "failed on test-listener", "progress 1");
    }

    @Test
    void theThreadEndsWhenThereIsNothingToSayAndStartsAgain() throws InterruptedException {
        mayReturn.release(2);
        callbacks.tell(to -> to.phaseChanged(TransferPhase.WAITING));
        Eventually.holds(() -> heard.size() == 1);
        Eventually.holds(() -> Threads.named("test-listener").isEmpty());
        callbacks.tell(to -> to.phaseChanged(TransferPhase.FINISHED));
        callbacks.close();
        assertThat(heard).containsExactly("phase WAITING", "phase FINISHED");
        assertThat(Threads.named("test-listener")).isEmpty();
    }

    @Test
    void closingDoesNotWaitForAListenerThatNeverReturns() throws InterruptedException {
        callbacks.tell(to -> to.phaseChanged(TransferPhase.WAITING));
        called.await();
        callbacks.tell(progress(1));
        SessionClock clock = new SessionClock();
        callbacks.close();
        assertThat(clock.nanos()).isLessThan(1_500_000_000);
        callbacks.tell(progress(2));
        mayReturn.release();
        Eventually.holds(() -> Threads.named("test-listener").isEmpty());
        assertThat(heard).containsExactly("phase WAITING");
    }

    @Test
    void aListenerMayClose() {
        CallbackThread[] self = new CallbackThread[1];
        self[0] = new CallbackThread(
                new TransferListener() {
                    @Override
                    public void progress(Progress progress) {
                        self[0].close();
                        heard.add("closed");
                    }
                },
                "self",
                ThreadMaker.USUAL);
        self[0].tell(progress(1));
        Eventually.holds(() -> heard.contains("closed"));
    }

    private static Progress progress(long bytes) {
        return new Progress(TransferPhase.TRANSFERRING, bytes, 10, 0, Duration.ZERO, 0, 0, 0);
    }

    private static ReceiverStatus status(String id, long verified) {
        return new ReceiverStatus(
                id, "", "", ReceiverStatus.State.RECEIVING, verified, 10, 0, 0, 0, Duration.ZERO, Duration.ZERO, "");
    }
}
